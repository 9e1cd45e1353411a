import Glibc

/// Files of a test.
enum TextFile {
  struct Unreadable: Error {}

  /// A small file's text.
  static func read(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw Unreadable() }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
