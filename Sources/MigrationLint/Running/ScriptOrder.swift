internal import MigrationCore

/// In which order files are read, and whether what they do counts for those behind them.
struct ScriptOrder: Sendable {
  struct Entry: Sendable {
    let file: LintFile
    let role: ScriptRole
    let meaning: MigrationNaming.NameClass
    let version: MigrationVersion?
    /// Whether its statements change the state.
    var isFolded: Bool
  }

  /// Versioned scripts by version; then repeatable ones by description, as Flyway runs them; then undo scripts, which are
  /// looked at with the state behind the last script, latest version first, and change it; then callbacks, and files whose
  /// names follow no convention.
  ///
  /// A baseline script stands for versions up to its own, so it changes the state only if none of them is there.
  let entries: [Entry]

  init(_ files: [LintFile], _ naming: MigrationNaming) {
    let read = files.map { Self.entry($0, naming) }
    let lowest = read.filter { $0.role == .versioned }.compactMap(\.version).min()
    let sorted = read.sorted { left, right in
      let (one, other) = (Self.rank(left.role), Self.rank(right.role))
      if one != other { return one < other }
      if let version = left.version, let second = right.version, version != second {
        return left.role == .undo ? version > second : version < second
      }
      return left.file.path.utf8.lexicographicallyPrecedes(right.file.path.utf8)
    }
    let basis = sorted.last { entry in
      entry.role == .baseline && entry.version.map { version in lowest.map { version < $0 } ?? true } == true
    }
    entries = sorted.map { entry in
      var entry = entry
      if entry.role == .baseline { entry.isFolded = entry.file.path == basis?.file.path }
      return entry
    }
  }

  private static func rank(_ role: ScriptRole) -> Int {
    switch role {
    case .baseline: 0
    case .versioned: 1
    case .repeatable: 2
    case .other: 3
    case .callback: 4
    case .undo: 5
    }
  }

  private static func entry(_ file: LintFile, _ naming: MigrationNaming) -> Entry {
    let meaning = naming.classify(file.name)
    let (role, version): (ScriptRole, MigrationVersion?) =
      switch meaning {
      case .migration(let name): (Self.role(name.kind), name.version)
      case .callback: (.callback, nil)
      default: (.other, nil)
      }
    return Entry(file: file, role: role, meaning: meaning, version: version, isFolded: role != .callback)
  }

  private static func role(_ kind: MigrationKind) -> ScriptRole {
    switch kind {
    case .versioned: .versioned
    case .baseline: .baseline
    case .repeatable: .repeatable
    case .undo: .undo
    }
  }
}
