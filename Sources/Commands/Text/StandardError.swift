internal import Glibc

/// The standard error of the process.
enum StandardError {
  /// Writes a text in one call, so that lines of several threads do not mix.
  static func write(_ text: String) {
    text.withCString { _ = Glibc.write(2, $0, strlen($0)) }
  }
}
