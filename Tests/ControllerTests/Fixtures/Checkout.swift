import FoundationEssentials
import Testing

/// Files of the checkout that this test was compiled from.
enum Checkout {
  static func text(_ path: String, from file: String = #filePath) throws -> String {
    // Symbolic links are followed: a package that borrows this folder tests the checkout that it lies in.
    var folder = URL(filePath: file).resolvingSymlinksInPath().deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path(percentEncoded: false)) {
      try #require(folder.pathComponents.count > 1, "no Package.swift above \(file)")
      folder = folder.deletingLastPathComponent()
    }
    let data = try #require(
      FileManager.default.contents(atPath: folder.appending(path: path).path(percentEncoded: false)))
    return String(decoding: data, as: UTF8.self)
  }
}
