internal import Glibc

/// Makes a file that was not there; never touches one that was.
enum NewFile {
  /// Writes `text` to a new file at `path`.
  ///
  /// - Throws: `duplicate` when something of that name is there, `unwritable`.
  static func write(_ text: String, to path: String) throws(CommandError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      if errno == EEXIST {
        throw CommandError(
          .duplicate, "\(VisibleText.cell(path)) is there already.", nextStep: "Nothing was changed; take another name."
        )
      }
      throw CommandError(
        .unwritable, "\(VisibleText.cell(path)) cannot be made: \(String(cString: strerror(errno))).",
        nextStep: "Make the directory, or name another one with --locations.")
    }
    let bytes = Array(text.utf8)
    var written = 0
    var failure: CInt = 0
    while written < bytes.count, failure == 0 {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count > 0 { written += count } else if errno != EINTR { failure = errno }
    }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else {
      unlink(path)
      throw CommandError(
        .unwritable, "\(VisibleText.cell(path)) cannot be written: \(String(cString: strerror(failure))).",
        nextStep: "Nothing was left behind; make room and try again.")
    }
  }
}
