/// The `.conf` files of a directory, found by the scripts that they belong to.
///
/// Flyway looks for `<path>.conf` relative to all locations and without regard to case (`Scanner.getResource`); the one
/// beside the script comes first here.
struct ConfigurationFiles {
  private var beside: [String: ScriptFile] = [:]
  private var byPath: [Key: ScriptFile] = [:]

  private struct Key: Hashable {
    let path: String
    let isCallback: Bool
  }

  init(_ files: [ScriptFile] = []) {
    for file in files where Self.isConfiguration(file.path) {
      beside[file.filePath] = file
      byPath[Self.key(file.path, file.role)] = file
    }
  }

  func configuration(of script: ScriptFile) -> ScriptFile? {
    guard !beside.isEmpty else { return nil }
    return beside[script.filePath + ".conf"] ?? byPath[Self.key(script.path + ".conf", script.role)]
  }

  /// Those that belong to no file at all, though their names say so.
  func orphans(beside files: [ScriptFile], _ naming: MigrationNaming) -> [MigrationProblem] {
    guard !beside.isEmpty else { return [] }
    let known = Set(files.map { Self.key($0.path, $0.role) })
    let lonely = byPath.values.filter { file in
      let script = String(file.path.dropLast(5))
      return naming.stem(of: script) != nil && !known.contains(Self.key(script, file.role))
    }
    return lonely.sorted { $0.path < $1.path }.map { file in
      MigrationProblem(
        .orphanedConfiguration, severity: .warning,
        message: "\(file.path) has no script \(file.path.dropLast(5)) beside it.", nextStep: "Rename or delete it.",
        files: [file.path])
    }
  }

  /// Whether it ends in `.conf`, in whatever case; only ASCII letters have these in lower case.
  private static func isConfiguration(_ path: String) -> Bool {
    path.utf8.suffix(5).elementsEqual(".conf".utf8) { $0 == $1 || $0 | 0x20 == $1 && $1 != UInt8(ascii: ".") }
  }

  private static func key(_ path: String, _ role: ScriptFile.Role) -> Key {
    Key(path: path.lowercased(), isCallback: role == .callbacks)
  }
}
