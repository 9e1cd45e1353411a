internal import Glibc

/// Folders with all that is in them; links are never followed.
///
/// Blocking calls, so only ever on a thread of their own.
enum FileTree {
  /// Removes a file or a folder; what cannot be removed stays.
  static func remove(_ path: String) {
    guard rmdir(path) != 0, unlink(path) != 0 else { return }
    for name in names(path) { remove("\(path)/\(name)") }
    _ = rmdir(path)
  }

  /// How many bytes the files take.
  static func size(_ path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    let own = Int(status.st_blocks) * 512
    guard status.st_mode & S_IFMT == S_IFDIR else { return own }
    return names(path).reduce(own) { $0 + size("\(path)/\($1)") }
  }

  /// What is in a folder, in no order.
  static func names(_ path: String) -> [String] {
    guard let handle = opendir(path) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
        String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
