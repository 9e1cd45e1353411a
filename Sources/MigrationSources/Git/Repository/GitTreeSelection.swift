internal import MigrationCore

/// Chooses what of a listed tree is read, and makes files of it: a value, without git.
///
/// The rules are those of a directory: below a folder whose name starts with a dot nothing is read; what is neither a
/// script nor its configuration is listed by name alone. A symbolic link stands for the file that it leads to, below the
/// same path and nowhere else.
struct GitTreeSelection: Sendable {
  /// What is missing, or all files.
  enum Step: Sendable, Equatable {
    case read([GitObjectName])
    case files([ScriptFile])
  }

  /// More would be a circle.
  private static let longestChain = 8
  /// A link holds a path, and a pointer of Git LFS is shorter than this by its specification.
  private static let shortText = 1024

  private let entries: [GitTreeEntry]
  private let byPath: [String: GitTreeEntry]
  private let suffixes: [String]
  private let limits: SourceLimits

  /// - Throws: `invalid` for a submodule, `tooLarge`.
  init(_ listed: [GitTreeEntry], suffixes: [String], limits: SourceLimits) throws(SourceError) {
    var entries: [GitTreeEntry] = []
    for entry in listed {
      let folders = entry.path.split(separator: "/").dropLast()
      if folders.contains(where: { $0.hasPrefix(".") }) { continue }
      guard folders.count <= limits.depth else {
        throw SourceError(.tooLarge, "'\(entry.path)' is nested deeper than \(limits.depth) folders; move it up")
      }
      if entry.kind == .submodule {
        if entry.path.split(separator: "/").last?.hasPrefix(".") == true { continue }
        throw SourceError(
          .invalid, "'\(entry.path)' is a submodule, and submodules are not fetched; put the files into this repository"
        )
      }
      entries.append(entry)
    }
    guard entries.count <= limits.files else {
      throw SourceError(.tooLarge, "the path holds \(entries.count) files; at most \(limits.files) are read")
    }
    self.entries = entries
    self.suffixes = suffixes.map { $0.lowercased() }
    self.limits = limits
    byPath = Dictionary(listed.map { ($0.path, $0) }) { first, _ in first }
  }

  /// Goes on with the contents read so far.
  /// - Throws: `invalid` for a link that leads nowhere or out, and for a pointer of Git LFS; `tooLarge`.
  func next(_ contents: [GitObjectName: [UInt8]]) throws(SourceError) -> Step {
    var missing: Set<GitObjectName> = []
    var files: [ScriptFile] = []
    var total = 0
    for entry in entries {
      guard let target = try target(of: entry, contents, &missing) else { continue }
      guard try isRead(entry, target) else {
        files.append(ScriptFile(path: entry.path, bytes: []))
        continue
      }
      total += target.size ?? 0
      guard total <= limits.totalBytes else {
        throw SourceError(.tooLarge, "the path holds more than \(limits.totalBytes >> 20) MiB of scripts; split it")
      }
      guard let bytes = contents[target.object] else {
        missing.insert(target.object)
        continue
      }
      try Self.refusePointer(bytes, entry.path)
      files.append(ScriptFile(path: entry.path, bytes: bytes))
    }
    guard missing.isEmpty else { return .read(missing.sorted { $0.description < $1.description }) }
    return .files(files)
  }

  private func kind(_ path: String) -> ScriptFileKind {
    ScriptFileKind(of: path.split(separator: "/").last.map(String.init) ?? path, suffixes: suffixes)
  }

  private func isRead(_ entry: GitTreeEntry, _ target: GitTreeEntry) throws(SourceError) -> Bool {
    let size = target.size ?? 0
    switch kind(entry.path) {
    case .other: return false
    case .program: return size <= limits.bytesPerFile
    case .sql, .configuration:
      guard size <= limits.bytesPerFile else {
        throw SourceError(
          .tooLarge, "'\(entry.path)' has \(size) bytes; at most \(limits.bytesPerFile) are read; split it")
      }
      return true
    }
  }

  // MARK: Links

  /// The file that an entry stands for; nil if that is not known yet, or does not matter.
  private func target(
    of entry: GitTreeEntry, _ contents: [GitObjectName: [UInt8]], _ missing: inout Set<GitObjectName>
  ) throws(SourceError) -> GitTreeEntry? {
    guard entry.kind == .link else { return entry }
    // A hidden link hides no migration, and one that is no script is listed by its name.
    if entry.path.split(separator: "/").last?.hasPrefix(".") == true { return nil }
    if kind(entry.path) == .other { return entry }
    var current = entry
    for _ in 0..<Self.longestChain {
      guard (current.size ?? 0) <= Self.shortText else { throw Self.refused(entry, "leads nowhere") }
      guard let bytes = contents[current.object] else {
        missing.insert(current.object)
        return nil
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let path = Self.resolve(text, from: current.path) else {
        throw Self.refused(entry, "leads out of the path that is read")
      }
      guard let next = byPath[path] else {
        let isFolder = byPath.keys.contains { $0.hasPrefix(path + "/") }
        throw Self.refused(entry, isFolder || path.isEmpty ? "leads to a folder" : "leads to nothing below the path")
      }
      guard next.kind == .link else { return next }
      current = next
    }
    throw Self.refused(entry, "goes round in a circle")
  }

  /// Where a link leads, below the path that is read; nil if that is outside.
  static func resolve(_ target: String, from link: String) -> String? {
    guard !target.hasPrefix("/"), !target.isEmpty else { return nil }
    var parts = link.split(separator: "/").dropLast().map(String.init)
    for part in target.split(separator: "/") {
      switch part {
      case ".": continue
      case "..":
        guard parts.popLast() != nil else { return nil }
      default: parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }

  private static func refused(_ entry: GitTreeEntry, _ what: String) -> SourceError {
    SourceError(.invalid, "'\(entry.path)' is a symbolic link that \(what); put the file itself there")
  }

  // The first line is fixed by git-lfs/docs/spec.md.
  private static func refusePointer(_ bytes: [UInt8], _ path: String) throws(SourceError) {
    guard bytes.count < shortText, bytes.starts(with: "version https://git-lfs.github.com/spec/v".utf8) else { return }
    throw SourceError(
      .invalid,
      "'\(path)' is a pointer of Git LFS, not the script; take it out of LFS (git lfs untrack, git add) and push")
  }
}
