import Glibc

/// A folder of a test in the system's place for temporary files; gone with the test.
final class Folder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/whimbrel-sources-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FolderError(reason: String(cString: strerror(errno))) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    Self.remove(path)
  }

  private static func remove(_ path: String) {
    // A link to a folder is removed, not followed.
    if Glibc.remove(path) == 0 { return }
    guard let handle = opendir(path) else { return }
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { remove("\(path)/\(name)") }
    }
    closedir(handle)
    _ = Glibc.remove(path)
  }

  /// Writes a file, with the folders that it needs.
  func write(_ name: String, _ text: String) throws {
    let parts = name.split(separator: "/")
    for count in 1..<max(1, parts.count) { mkdir("\(path)/\(parts[..<count].joined(separator: "/"))", 0o755) }
    guard let file = fopen("\(path)/\(name)", "w") else { throw FolderError(reason: String(cString: strerror(errno))) }
    fputs(text, file)
    fclose(file)
  }

  /// Makes a symbolic link.
  func link(_ name: String, to target: String) throws {
    guard symlink(target, "\(path)/\(name)") == 0 else { throw FolderError(reason: String(cString: strerror(errno))) }
  }

  /// Turns a symbolic link around in one step, as kubelet and git-sync do.
  func relink(_ name: String, to target: String) throws {
    try link("\(name)_tmp", to: target)
    guard rename("\(path)/\(name)_tmp", "\(path)/\(name)") == 0 else {
      throw FolderError(reason: String(cString: strerror(errno)))
    }
  }
}

struct FolderError: Error {
  let reason: String
}
