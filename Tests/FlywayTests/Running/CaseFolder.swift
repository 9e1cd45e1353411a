import FoundationEssentials
import Glibc
import Support
import TestSupport

/// The files of a case on disk: `$DIR` with `sql` below it, and a home directory that has nothing in it.
final class CaseFolder: Sendable {
  private let directory: TemporaryDirectory
  /// `$DIR`, without symbolic links in it.
  let path: String
  /// Where the files of the case lie.
  private let root: String

  init(_ recorded: RecordedCase) throws {
    directory = try TemporaryDirectory()
    guard let real = realpath(directory.path, nil) else { throw CocoaError(.fileNoSuchFile) }
    defer { free(real) }
    path = String(cString: real)
    root = recorded.isCommandLine ? path : path + "/sql"
    try FileManager.default.createDirectory(atPath: path + "/sql", withIntermediateDirectories: true)
  }

  /// Writes and removes files; `replacing` changes texts before they are written.
  func apply(_ files: [String: RecordedFile?], replacing: (String) -> String = { $0 }) throws {
    for (name, file) in files {
      let place = "\(root)/\(name)"
      guard let file else {
        try FileManager.default.removeItem(atPath: place)
        continue
      }
      let parent = place.split(separator: "/").dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
      switch file {
      case .text(let text): try Data(replacing(text).utf8).write(to: URL(filePath: place))
      case .base64(let text): try (Data(base64Encoded: text) ?? Data()).write(to: URL(filePath: place))
      case .link(let target):
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
      case .directory: try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      }
      if name.hasSuffix(".sh") {
        chmod(place, 0o755)
        ProgramFile.awaitWriters(of: place)
      }
    }
  }
}
