internal import Glibc
internal import MigrationCore

/// One walk over a directory: blocking calls, so only ever on a thread of its own.
struct DirectoryScan {
  /// What tells one content of a path from another without reading it.
  struct Identity: Equatable {
    let path: String
    let device: UInt
    let inode: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(path: String, _ status: stat) {
      self.path = path
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  private let root: String
  private let start: String
  private let name: String
  private let suffixes: [String]
  private let limits: SourceLimits
  private var total = 0
  private(set) var files: [ScriptFile] = []
  /// Of every file found, in the order of the walk.
  private(set) var identities: [Identity] = []

  init(root: String, path: String, suffixes: [String], limits: SourceLimits) throws(SourceError) {
    guard let realRoot = Self.real(root) else {
      throw SourceError(.notFound, "the migrations root '\(root)': \(Self.reason()); check --migrations-root")
    }
    guard let start = Self.real("\(realRoot)/\(path)") else {
      throw SourceError(
        .notFound,
        "directory '\(path)' below the migrations root: \(Self.reason()); check the path, and what is mounted "
          + "or synchronised there")
    }
    guard Self.isInside(start, realRoot) else {
      throw SourceError(.invalid, "directory '\(path)' leads outside the migrations root by a symbolic link")
    }
    (self.root, self.start, name, self.limits) = (realRoot, start, path, limits)
    self.suffixes = suffixes.map { $0.lowercased() }
  }

  /// Finds all files and reads the scripts among them.
  mutating func run() throws(SourceError) {
    try walk()
    for file in identities {
      // What is neither a script nor its configuration is listed by name, so that a bad name is reported, but not read.
      let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
      let isRead =
        switch ScriptFileKind(of: name, suffixes: suffixes) {
        case .sql, .configuration: true
        case .program: file.size <= limits.bytesPerFile
        case .other: false
        }
      let bytes = isRead ? try read(file) : []
      total += bytes.count
      files.append(ScriptFile(path: file.path, bytes: bytes))
      guard total <= limits.totalBytes else {
        throw SourceError(.tooLarge, "directory '\(name)' holds more than \(limits.totalBytes) bytes of scripts")
      }
    }
  }

  /// Finds all files and reads none.
  mutating func list() throws(SourceError) {
    try walk()
  }

  private mutating func walk() throws(SourceError) {
    var pending = [(directory: start, prefix: "", depth: 0)]
    while let next = pending.popLast() {
      guard next.depth <= limits.depth else {
        throw SourceError(
          .tooLarge,
          "directory '\(name)' is nested deeper than \(limits.depth), or a symbolic link goes round in a "
            + "circle: \(next.prefix)")
      }
      for entry in try entries(next.directory, shown: next.prefix) {
        let relative = next.prefix + entry
        guard let (real, status) = try resolve("\(next.directory)/\(entry)", relative) else { continue }
        switch status.st_mode & S_IFMT {
        case S_IFDIR where !entry.hasPrefix("."): pending.append((real, relative + "/", next.depth + 1))
        case S_IFREG: try add(relative, status)
        default: continue
        }
      }
    }
  }

  private func resolve(_ path: String, _ relative: String) throws(SourceError) -> (real: String, status: stat)? {
    var status = stat()
    guard let real = Self.real(path), lstat(real, &status) == 0 else {
      // A hidden link that leads nowhere hides no migration; any other might.
      if relative.split(separator: "/").last?.hasPrefix(".") == true { return nil }
      throw SourceError(.unavailable, "'\(relative)' cannot be read: \(Self.reason())")
    }
    guard Self.isInside(real, root) else {
      throw SourceError(
        .invalid, "'\(relative)' leads outside the migrations root by a symbolic link; put the file itself there")
    }
    return (real, status)
  }

  private mutating func add(_ relative: String, _ status: stat) throws(SourceError) {
    identities.append(Identity(path: relative, status))
    guard identities.count <= limits.files else {
      throw SourceError(.tooLarge, "directory '\(name)' holds more than \(limits.files) files")
    }
  }

  private func read(_ file: Identity) throws(SourceError) -> [UInt8] {
    guard file.size <= limits.bytesPerFile else {
      throw SourceError(.tooLarge, "'\(file.path)' is larger than \(limits.bytesPerFile) bytes; split it")
    }
    guard let real = Self.real("\(start)/\(file.path)"), Self.isInside(real, root) else {
      throw SourceError(.unavailable, "'\(file.path)' changed while the directory was read; it is read again")
    }
    let descriptor = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw SourceError(.unavailable, "'\(file.path)' cannot be opened: \(Self.reason())")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Identity(path: file.path, status) == file else {
      throw SourceError(.unavailable, "'\(file.path)' changed while the directory was read; it is read again")
    }
    // One byte more than it should hold, so that growth is seen.
    var bytes = [UInt8](repeating: 0, count: file.size + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got == 0 { break }
      guard got > 0 else {
        throw SourceError(.unavailable, "'\(file.path)' cannot be read: \(Self.reason())")
      }
      count += got
    }
    guard count == file.size else {
      throw SourceError(.unavailable, "'\(file.path)' changed while it was read; it is read again")
    }
    return Array(bytes[..<count])
  }

  private func entries(_ directory: String, shown: String) throws(SourceError) -> [String] {
    guard let handle = opendir(directory) else {
      let reason = errno == ENOTDIR ? "it is a file; name its directory" : Self.reason()
      throw SourceError(.unavailable, "directory '\(name)/\(shown)' cannot be listed: \(reason)")
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
        String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
      guard names.count <= limits.files else {
        throw SourceError(.tooLarge, "directory '\(self.name)' holds more than \(limits.files) files")
      }
    }
    return names.sorted()
  }

  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func isInside(_ path: String, _ root: String) -> Bool {
    path == root || root == "/" || path.hasPrefix("\(root)/")
  }

  private static func reason() -> String {
    String(cString: strerror(errno))
  }
}
