internal import FlywaySettings
internal import Glibc

/// Reads the small files that a person names.
enum InputFile {
  /// A file of at most so many bytes, by default as many as a settings file may have; `-` is the standard input.
  static func read(_ path: String, limit: Int = SettingsInput.largestFile) -> SettingsInput.FileContent {
    let isInput = path == "-"
    let descriptor = isInput ? 0 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      return errno == ENOENT || errno == ENOTDIR ? .absent : .unreadable(String(cString: strerror(errno)))
    }
    defer { if !isInput { close(descriptor) } }
    // One byte more than it may hold, so that too much is seen.
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        return .unreadable(String(cString: strerror(errno)))
      }
      count += got
    }
    guard count <= limit else {
      return .unreadable("it has more than \(limit >> 20) MiB")
    }
    return .bytes(Array(bytes[..<count]))
  }

  /// A PEM file as text; its reader wants an error that says why.
  static func text(_ path: String) throws(CommandError) -> String {
    switch read(path) {
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .absent: throw CommandError(.unsuitable, "it is not there", nextStep: "")
    case .unreadable(let reason): throw CommandError(.unsuitable, reason, nextStep: "")
    }
  }
}
