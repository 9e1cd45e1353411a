/// The bounds of what a source may hold.
package struct SourceLimits: Sendable, Equatable {
  package var files = 10_000
  package var bytesPerFile = 16 << 20
  package var totalBytes = 64 << 20
  package var depth = 32

  /// The defaults: 10,000 files, 16 MiB a file, 64 MiB in all, 32 directories deep.
  package init() {}

  /// For the command line: 100,000 files, 32 MiB a file, 256 MiB in all, 64 directories deep.
  package static let local: SourceLimits = {
    var limits = SourceLimits()
    limits.files = 100_000
    limits.bytesPerFile = 32 << 20
    limits.totalBytes = 256 << 20
    limits.depth = 64
    return limits
  }()
}
