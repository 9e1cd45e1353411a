/// The bounds of what a source may hold.
package struct SourceLimits: Sendable, Equatable {
  package var files = 10_000
  package var bytesPerFile = 16 << 20
  package var totalBytes = 64 << 20
  package var depth = 32

  /// The defaults: 10,000 files, 16 MiB a file, 64 MiB in all, 32 directories deep.
  package init() {}
}
