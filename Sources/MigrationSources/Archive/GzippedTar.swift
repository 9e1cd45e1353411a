internal import Gzip
package import MigrationCore

/// Scripts in a gzip'd tar archive, unpacked in memory.
package enum GzippedTar {
  /// Takes the scripts below `path` out of an archive; nothing is written anywhere.
  ///
  /// Takes the time of decompressing: call it on a thread of its own.
  /// - Parameter suffixes: the endings of SQL files.
  /// - Throws: `invalid` for what is no whole archive, or holds what it must not (paths that lead out, links in place of
  ///   scripts, one file twice, pointers of Git LFS); `tooLarge` beyond the limits; `notFound` where the path is not in it.
  package static func files(
    _ bytes: [UInt8], below path: String, reading suffixes: [String], limits: SourceLimits = SourceLimits(),
    archive: ArchiveLimits = ArchiveLimits()
  ) throws(SourceError) -> [ScriptFile] {
    let start = path.isEmpty ? [] : try Self.start(path)
    var files = ArchiveFiles(below: start, suffixes: suffixes, limits: limits)
    var tar = TarReader(limits: archive)
    var gzip = try open(bytes, limit: archive.expandedBytes)
    while let piece = try next(&gzip) { try tar.receive(piece, into: &files) }
    try tar.finish()
    return try files.result()
  }

  private static func open(_ bytes: [UInt8], limit: Int) throws(SourceError) -> GzipReader {
    do throws(GzipError) {
      return try GzipReader(bytes, outputLimit: limit)
    } catch {
      throw SourceError(error)
    }
  }

  private static func next(_ gzip: inout GzipReader) throws(SourceError) -> [UInt8]? {
    do throws(GzipError) {
      return try gzip.next()
    } catch {
      throw SourceError(error)
    }
  }

  private static func start(_ path: String) throws(SourceError) -> [String] {
    do throws(SourceError) {
      return try ArchiveEntry.parts(of: Array(path.utf8))
    } catch {
      throw SourceError(.invalid, "path '\(path.prefix(200))' must be relative and stay inside, without '..'")
    }
  }
}

extension SourceError {
  fileprivate init(_ error: GzipError) {
    let code: Code =
      switch error.code {
      case .tooLarge: .tooLarge
      case .outOfMemory: .unavailable
      default: .invalid
      }
    self.init(code, "it is no whole gzip'd tar archive: \(error.message)")
  }
}
