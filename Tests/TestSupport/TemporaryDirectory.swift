internal import FoundationEssentials
internal import Glibc

/// A folder that goes when this value goes.
package final class TemporaryDirectory: Sendable {
  package let path: String

  /// The folder in which all of them are: `TMPDIR`, else `/tmp`.
  package static var parent: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  /// The folder for what servers write, in memory where that has room: `WHIMBREL_TEST_MEMORY`, else `parent`.
  package static var memory: String {
    let named = getenv("WHIMBREL_TEST_MEMORY").map { String(cString: $0) } ?? ""
    return named.isEmpty ? parent : named
  }

  /// Makes an empty folder in another, or in `parent`.
  package init(in parent: String = TemporaryDirectory.parent) throws {
    path = parent + "/whimbrel-test-" + String(UInt64.random(in: .min ... .max), radix: 36)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file below the folder, making the folders in between; returns its absolute path.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    let file = "\(path)/\(name)"
    let parent = file.split(separator: "/").dropLast().joined(separator: "/")
    try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
    // Replaced as a whole, as editors do: whoever reads sees the old text or the new one.
    try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
    return file
  }

  /// Makes a symbolic link below the folder.
  package func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
  }
}
