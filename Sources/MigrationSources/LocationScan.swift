internal import Glibc
internal import MigrationCore

/// Reads the scripts below directories: blocking calls, so only ever on a thread of its own.
struct LocationScan {
  /// What a location can turn out to be.
  enum Place: Equatable {
    case directory
    case absent
    case other(String)
  }

  private struct Identity: Hashable {
    let device: UInt
    let inode: UInt
  }

  private struct Directory {
    let path: String
    let relative: String
    let ancestors: [Identity]
  }

  private let suffixes: [String]
  private let workingDirectory: String
  private let limits: SourceLimits
  private var total = 0
  private var entriesSeen = 0
  private(set) var files: [ScriptFile] = []
  var warnings: [String] = []

  init(suffixes: [String], workingDirectory: String, limits: SourceLimits) {
    self.suffixes = suffixes.map { $0.lowercased() }
    self.workingDirectory = workingDirectory
    self.limits = limits
  }

  /// What lies at a path.
  static func look(at path: String) -> Place {
    var status = stat()
    guard stat(path, &status) == 0 else {
      return errno == ENOENT || errno == ENOTDIR ? .absent : .other(reason())
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return .other("it is not a directory") }
    return access(path, R_OK | X_OK) == 0 ? .directory : .other(reason())
  }

  /// Reads a directory and all below it.
  mutating func read(_ root: String, pattern: LocationPattern?, role: ScriptFile.Role) throws(SourceError) {
    var status = stat()
    guard stat(root, &status) == 0 else { throw unavailable(root) }
    var pending = [Directory(path: root, relative: "", ancestors: [Self.identity(status)])]
    while let directory = pending.popLast() {
      for name in try entries(directory.path) {
        let path = directory.path == "/" ? "/\(name)" : "\(directory.path)/\(name)"
        let relative = directory.relative + name
        guard stat(path, &status) == 0 else {
          try noteMissing(path, name)
          continue
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR where !name.hasPrefix("."):
          if let next = try enter(path, relative, status, from: directory) { pending.append(next) }
        case S_IFREG: try add(path, relative, name, status.st_size, pattern, role)
        default: continue
        }
      }
    }
  }

  private mutating func enter(
    _ path: String, _ relative: String, _ status: stat, from parent: Directory
  ) throws(SourceError) -> Directory? {
    let identity = Self.identity(status)
    guard !parent.ancestors.contains(identity) else {
      warnings.append("\(shown(path)) is passed over: it leads back to a directory above it.")
      return nil
    }
    guard parent.ancestors.count <= limits.depth else {
      throw SourceError(
        .tooLarge, "\(shown(path)) is nested deeper than \(limits.depth) directories; name a location further down")
    }
    return Directory(path: path, relative: relative + "/", ancestors: parent.ancestors + [identity])
  }

  /// Flyway passes over what it cannot see; a link that leads nowhere may well have been a migration.
  private mutating func noteMissing(_ path: String, _ name: String) throws(SourceError) {
    guard errno == ENOENT || errno == ELOOP else { throw unavailable(path) }
    if ScriptFileKind(of: name, suffixes: suffixes) != .other {
      warnings.append("\(shown(path)) is passed over: it is a link that leads nowhere.")
    }
  }

  private mutating func add(
    _ path: String, _ relative: String, _ name: String, _ size: Int, _ pattern: LocationPattern?,
    _ role: ScriptFile.Role
  ) throws(SourceError) {
    let kind = ScriptFileKind(of: name, suffixes: suffixes)
    guard kind != .other, let script = pattern.map({ $0.relativePath(of: relative) }) ?? relative else { return }
    guard size <= limits.bytesPerFile else {
      guard kind == .sql else {
        warnings.append("\(shown(path)) is passed over: it has \(size) bytes.")
        return
      }
      throw SourceError(
        .tooLarge,
        "\(shown(path)) has \(size) bytes; at most \(limits.bytesPerFile) are read; cut the script into several")
    }
    let folder = String(decoding: path.utf8.dropLast(script.utf8.count + 1), as: UTF8.self)
    let bytes = try content(path, size)
    total += bytes.count
    files.append(
      ScriptFile(path: script, bytes: bytes, location: folder.isEmpty ? "/" : folder, role: role))
    guard files.count <= limits.files, total <= limits.totalBytes else {
      throw SourceError(
        .tooLarge, "the locations hold more than \(limits.files) scripts or \(limits.totalBytes >> 20) MiB of them")
    }
  }

  private func content(_ path: String, _ size: Int) throws(SourceError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw unavailable(path) }
    defer { close(descriptor) }
    // One byte more than it should hold, so that growth is seen.
    var bytes = [UInt8](repeating: 0, count: size + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        throw unavailable(path)
      }
      count += got
    }
    guard count == size else {
      throw SourceError(.unavailable, "\(shown(path)) changed while it was read; run the command again")
    }
    bytes.removeLast()
    return bytes
  }

  private mutating func entries(_ directory: String) throws(SourceError) -> [String] {
    guard let handle = opendir(directory) else { throw unavailable(directory) }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
        String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      names.append(name)
      entriesSeen += 1
      guard entriesSeen <= limits.files * 10 else {
        throw SourceError(.tooLarge, "the locations hold more than \(limits.files * 10) files and directories")
      }
    }
    return names.sorted()
  }
}

extension LocationScan {
  private static func identity(_ status: stat) -> Identity {
    Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
  }

  /// A path as a person knows it: below the working directory without it.
  private func shown(_ path: String) -> String {
    path.hasPrefix(workingDirectory + "/") ? String(path.dropFirst(workingDirectory.count + 1)) : path
  }

  private func unavailable(_ path: String) -> SourceError {
    SourceError(.unavailable, "\(shown(path)) cannot be read: \(Self.reason()); check its permissions")
  }

  private static func reason() -> String {
    String(cString: strerror(errno))
  }
}
