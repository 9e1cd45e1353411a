internal import FlywaySettings
internal import MigrationCore
internal import MigrationLint
internal import MigrationSources
internal import Support

/// One folder of migrations, read.
struct LintFolder: Sendable {
  /// As the arguments name it, without `/` at the end.
  let path: String
  /// Absolute.
  let directory: String
  var files: [LintFile]
  /// Paths of files that are no more, since the revision that is compared with.
  var removed: [String] = []

  /// What was found in it.
  struct Report: Sendable {
    let folder: LintFolder
    let result: Linter.Result
  }

  /// Reads what arguments name; files are read with all of their folder, which decides what is true when they run.
  static func read(
    _ paths: [String], in directory: String, naming: MigrationNaming
  ) async throws(LintFailure) -> [LintFolder] {
    var wanted: [(folder: String, names: Set<String>?)] = []
    for path in paths {
      let (folder, name) = try split(path, in: directory)
      if let index = wanted.firstIndex(where: { $0.folder == folder }) {
        wanted[index].names = name.flatMap { name in wanted[index].names.map { $0.union([name]) } }
      } else {
        wanted.append((folder, name.map { [$0] }))
      }
    }
    var folders: [LintFolder] = []
    for (folder, names) in wanted { folders.append(try await read(folder, names, in: directory, naming)) }
    return folders
  }

  /// A folder, or a folder and a file in it.
  private static func split(_ path: String, in directory: String) throws(LintFailure) -> (String, String?) {
    guard !path.utf8.contains(0), !path.isEmpty else { throw .usage("An empty path names no folder.") }
    let isRooted = path.hasPrefix("/")
    let parts = path.split(separator: "/").filter { $0 != "." }
    let plain = (isRooted ? "/" : "") + parts.joined(separator: "/")
    switch FileKind.of(Location.absolute(path, directory)) {
    case .directory: return (plain.isEmpty ? "." : plain, nil)
    case .file:
      let folder = (isRooted ? "/" : "") + parts.dropLast().joined(separator: "/")
      return (folder.isEmpty ? "." : folder, parts.last.map(String.init))
    case .absent: throw .usage("There is no \(VisibleText.cell(path)).")
    case .other: throw .usage("\(VisibleText.cell(path)) is neither a folder nor a file.")
    }
  }

  private static func read(
    _ path: String, _ names: Set<String>?, in directory: String, _ naming: MigrationNaming
  ) async throws(LintFailure) -> LintFolder {
    let absolute = Location.absolute(path, directory)
    let files: [ScriptFile]
    do {
      let location = try Location("filesystem:" + absolute, relativeTo: directory)
      files = try await LocationSource(locations: [location], failOnMissing: true, workingDirectory: directory)
        .snapshot(reading: naming.suffixes).snapshot.files
    } catch {
      throw .failure("\(VisibleText.cell(path)) cannot be read: \(error)")
    }
    let configurations = configurations(files)
    let shown = path == "." ? "" : path == "/" ? "/" : path + "/"
    let scripts = files.filter { naming.classify($0.name).isSQL }.map { file in
      LintFile(
        path: shown + file.path, bytes: file.bytes,
        configuration: configurations[file.path.lowercased() + ".conf"] ?? ScriptConfiguration(),
        isReported: names?.contains(file.path) ?? true)
    }
    return LintFolder(path: path, directory: absolute, files: scripts)
  }

  /// The `.conf` files that can be read; what is wrong with others `whimbrel validate` says.
  private static func configurations(_ files: [ScriptFile]) -> [String: ScriptConfiguration] {
    var result: [String: ScriptConfiguration] = [:]
    for file in files where file.name.lowercased().hasSuffix(".conf") {
      result[file.path.lowercased()] = try? ScriptConfiguration(parsing: String(decoding: file.bytes, as: UTF8.self))
    }
    return result
  }
}
