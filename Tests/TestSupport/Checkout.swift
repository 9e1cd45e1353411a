internal import Glibc

/// The folder with the project's sources, found from where this file was compiled.
package enum Checkout {
  /// Its absolute path, whatever links lead to it.
  package static let path: String = {
    guard let real = realpath(#filePath, nil) else { return "." }
    defer { free(real) }
    return "/" + String(cString: real).split(separator: "/").dropLast(3).joined(separator: "/")
  }()
}
