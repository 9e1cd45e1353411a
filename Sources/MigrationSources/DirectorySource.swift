internal import Glibc
internal import MigrationCore
internal import Support

/// Migrations in a directory below a fixed root: a mounted volume, or what git-sync puts there.
package struct DirectorySource: Sendable {
  package let root: String
  package let limits: SourceLimits

  /// Reads below `root`, and never outside it, whatever symbolic links say.
  package init(root: String, limits: SourceLimits = SourceLimits()) {
    self.root = root
    self.limits = limits
  }

  /// Takes a snapshot of the directory at `path` below the root.
  ///
  /// Directories whose name starts with a dot are skipped, as Flyway does (so a mounted ConfigMap's `..data` is not
  /// read twice); symbolic links are followed as long as they stay below the root. The files are read on a thread of
  /// their own.
  /// - Throws: `notFound`, `unavailable`, `invalid` for a path outside the root, `tooLarge`.
  package func snapshot(path: String) async throws(SourceError) -> SourceSnapshot {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard !path.hasPrefix("/"), !path.utf8.contains(0), !parts.contains("..") else {
      throw SourceError(.invalid, "directory '\(path)' must stay below the migrations root; name a path without '..'")
    }
    let (root, limits) = (root, limits)
    let files = try await BlockingWork.run { () throws(SourceError) in
      var scan = try DirectoryScan(root: root, path: path, limits: limits)
      try scan.run()
      return scan.files
    }
    return SourceSnapshot(origin: "directory/\(parts.joined(separator: "/"))", files: files)
  }
}

/// One walk over a directory: blocking calls, so only ever on a thread of its own.
private struct DirectoryScan {
  private let root: String
  private let start: String
  private let name: String
  private let limits: SourceLimits
  private var total = 0
  private(set) var files: [ScriptFile] = []

  init(root: String, path: String, limits: SourceLimits) throws(SourceError) {
    guard let realRoot = Self.real(root) else {
      throw SourceError(.notFound, "the migrations root does not exist: \(Self.reason()); check --migrations-root")
    }
    guard let start = Self.real("\(realRoot)/\(path)") else {
      throw SourceError(.notFound, "directory '\(path)' does not exist below the migrations root")
    }
    guard Self.isInside(start, realRoot) else {
      throw SourceError(.invalid, "directory '\(path)' leads outside the migrations root by a symbolic link")
    }
    (self.root, self.start, name, self.limits) = (realRoot, start, path, limits)
  }

  mutating func run() throws(SourceError) {
    var pending = [(directory: start, prefix: "", depth: 0)]
    while let next = pending.popLast() {
      guard next.depth <= limits.depth else {
        throw SourceError(.tooLarge, "directory '\(name)' is nested deeper than \(limits.depth): \(next.prefix)")
      }
      for entry in try entries(next.directory, shown: next.prefix) {
        let relative = next.prefix + entry
        guard let real = Self.real("\(next.directory)/\(entry)") else { continue }
        guard Self.isInside(real, root) else {
          throw SourceError(.invalid, "'\(relative)' leads outside the migrations root by a symbolic link")
        }
        var status = stat()
        guard lstat(real, &status) == 0 else { continue }
        switch status.st_mode & S_IFMT {
        case S_IFDIR where !entry.hasPrefix("."): pending.append((real, relative + "/", next.depth + 1))
        case S_IFREG: try add(real, relative, size: Int(status.st_size))
        default: continue
        }
      }
    }
  }

  private mutating func add(_ real: String, _ relative: String, size: Int) throws(SourceError) {
    // What is neither a script nor its configuration is listed by name, so that a bad name is reported, but not read.
    let lower = relative.lowercased()
    let isRead = lower.hasSuffix(".sql") || lower.hasSuffix(".conf")
    let bytes = isRead ? try read(real, relative, size: size) : []
    total += bytes.count
    files.append(ScriptFile(path: relative, bytes: bytes))
    guard files.count <= limits.files, total <= limits.totalBytes else {
      throw SourceError(
        .tooLarge, "directory '\(name)' holds more than \(limits.files) files or \(limits.totalBytes >> 20) MiB")
    }
  }

  private func read(_ real: String, _ relative: String, size: Int) throws(SourceError) -> [UInt8] {
    guard size <= limits.bytesPerFile else {
      throw SourceError(.tooLarge, "'\(relative)' is larger than \(limits.bytesPerFile >> 20) MiB; split it")
    }
    let descriptor = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw SourceError(.unavailable, "'\(relative)' cannot be opened: \(Self.reason())")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: size + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got == 0 { break }
      guard got > 0 else {
        throw SourceError(.unavailable, "'\(relative)' cannot be read: \(Self.reason())")
      }
      count += got
    }
    guard count == size else {
      throw SourceError(.unavailable, "'\(relative)' changed while it was read")
    }
    return Array(bytes[..<count])
  }

  private func entries(_ directory: String, shown: String) throws(SourceError) -> [String] {
    guard let handle = opendir(directory) else {
      throw SourceError(.unavailable, "directory '\(name)/\(shown)' cannot be listed: \(Self.reason())")
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
