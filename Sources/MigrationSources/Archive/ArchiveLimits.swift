/// The bounds of an archive, besides those of what is taken from it (`SourceLimits`).
package struct ArchiveLimits: Sendable, Equatable {
  /// As it is downloaded.
  package var compressedBytes = 32 << 20
  /// Decompressed, with everything that is passed over.
  package var expandedBytes = 256 << 20
  /// Files, directories and whatever else it lists.
  package var entries = 100_000
  /// What one extended header may hold.
  package var extendedHeaderBytes = 64 << 10
  /// The longest path, in bytes.
  package var pathBytes = 4096

  /// The defaults: 32 MiB compressed, 256 MiB decompressed, 100,000 entries, 64 KiB an extended header, paths of 4096 bytes.
  package init() {}
}
