internal import FoundationEssentials
internal import TestSupport

/// Small files.
enum TextFile {
  /// Writes a file as a whole, and returns its path.
  @discardableResult
  static func write(_ text: String, to path: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    return path
  }

  /// Adds to the end of a file.
  static func append(_ text: String, to path: String) throws {
    let old = (try? Data(contentsOf: URL(filePath: path))) ?? Data()
    try (old + Data(text.utf8)).write(to: URL(filePath: path))
  }

  /// Adds to the beginning of a file, whose owner and mode stay.
  static func prepend(_ text: String, to path: String) throws {
    let old = (try? Data(contentsOf: URL(filePath: path))) ?? Data()
    try (Data(text.utf8) + old).write(to: URL(filePath: path))
  }

  static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
}
