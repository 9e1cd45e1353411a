internal import MigrationCore

/// Takes the scripts below a path out of an archive as it goes by.
///
/// The rules are those of a directory (`DirectorySource`): directories whose name starts with a dot are passed over, files
/// that are no scripts are listed and not read. Links and devices below the path are refused by name, for whatever they
/// would have stood for would silently be missing; elsewhere they do not matter.
struct ArchiveFiles {
  private struct Open {
    let path: String
    let isRead: Bool
    var bytes: [UInt8] = []
  }

  private let start: [String]
  private let suffixes: [String]
  private let limits: SourceLimits
  private var open: Open?
  private var names: Set<String> = []
  private var total = 0
  private var isFound: Bool
  private var files: [ScriptFile] = []

  /// Takes what is below `path`, whose parts are neither empty nor `.` or `..`.
  init(below path: [String], suffixes: [String], limits: SourceLimits) {
    start = path
    self.suffixes = suffixes.map { $0.lowercased() }
    self.limits = limits
    isFound = path.isEmpty
  }

  /// What was found, when the archive has ended.
  /// - Throws: `notFound` where there is nothing at the path.
  func result() throws(SourceError) -> [ScriptFile] {
    guard isFound else {
      throw SourceError(.notFound, "there is no directory '\(start.joined(separator: "/"))' in it; correct path")
    }
    return files
  }

  /// An entry begins.
  /// - Throws: `invalid`, `tooLarge`.
  mutating func begin(_ entry: ArchiveEntry) throws(SourceError) {
    guard entry.path.starts(with: start) else { return try checkWay(entry) }
    guard entry.path.count > start.count else {
      if entry.kind == .directory { return isFound = true }
      return try checkWay(entry)
    }
    isFound = true
    let inside = entry.path[start.count...]
    guard !inside.dropLast().contains(where: { $0.hasPrefix(".") }) else { return }
    let path = inside.joined(separator: "/")
    guard inside.count <= limits.depth + 1 else {
      throw SourceError(.tooLarge, "'\(path.prefix(200))' is nested deeper than \(limits.depth)")
    }
    switch entry.kind {
    case .directory: return
    case .file: try add(path, size: entry.size)
    case .symbolicLink, .hardLink, .special:
      if inside.last?.hasPrefix(".") == true { return }
      let what = entry.kind == .special ? "a device or a sparse file" : "a link"
      throw SourceError(
        .invalid, "'\(path)' is \(what) in the archive, which is not followed; put the file itself there")
    }
  }

  /// Content of the entry that has begun.
  mutating func append(_ bytes: ArraySlice<UInt8>) throws(SourceError) {
    guard open?.isRead == true else { return }
    total += bytes.count
    guard total <= limits.totalBytes else {
      throw SourceError(.tooLarge, "there are more than \(limits.totalBytes) bytes of scripts")
    }
    open?.bytes += bytes
  }

  /// The entry that has begun is over.
  /// - Throws: `invalid` for a script that is not there, only Git LFS's pointer to it.
  mutating func end() throws(SourceError) {
    guard let file = open else { return }
    open = nil
    guard !(file.isRead && Self.isPointer(file.bytes)) else {
      throw SourceError(
        .invalid,
        "'\(file.path)' is a pointer of Git LFS and not the script itself; take it out of LFS with git lfs untrack and "
          + "commit it as it is")
    }
    files.append(ScriptFile(path: file.path, bytes: file.bytes))
  }

  private mutating func add(_ path: String, size: Int) throws(SourceError) {
    guard names.insert(path).inserted else {
      throw SourceError(.invalid, "'\(path)' is in the archive twice")
    }
    guard names.count <= limits.files else {
      throw SourceError(.tooLarge, "there are more than \(limits.files) files")
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let isRead =
      switch ScriptFileKind(of: name, suffixes: suffixes) {
      case .sql, .configuration: true
      case .program: size <= limits.bytesPerFile
      case .other: false
      }
    guard !isRead || size <= limits.bytesPerFile else {
      throw SourceError(.tooLarge, "'\(path)' is larger than \(limits.bytesPerFile) bytes; split it")
    }
    open = Open(path: path, isRead: isRead)
  }

  // What leads to the path must be directories: behind a link, or in place of a file, nothing is found.
  private func checkWay(_ entry: ArchiveEntry) throws(SourceError) {
    guard !start.isEmpty, entry.kind != .directory, !entry.path.isEmpty, start.starts(with: entry.path) else { return }
    throw SourceError(
      .invalid, "'\(entry.path.joined(separator: "/"))' on the way to the path is no directory in the archive")
  }

  /// Git LFS's own words at the beginning of every pointer (git-lfs, docs/spec.md).
  private static func isPointer(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8)
  }
}
