/// What a file is by its name, before it is read.
enum ScriptFileKind {
  case sql, configuration, program, other

  /// As Flyway asks: programs are what ends like one, and what has no ending (`CoreResourceTypeProvider.java`); `suffixes`
  /// in lower case.
  init(of name: String, suffixes: [String]) {
    let lower = name.lowercased()
    let programs = [".cmd", ".bat", ".ps1", ".py", ".sh", ".bash"]
    if suffixes.contains(where: { lower.hasSuffix($0) }) {
      self = .sql
    } else if lower.hasSuffix(".conf") {
      self = .configuration
    } else {
      self = !name.contains(".") || programs.contains { lower.hasSuffix($0) } ? .program : .other
    }
  }
}
