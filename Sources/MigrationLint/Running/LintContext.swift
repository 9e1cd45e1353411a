internal import MigrationCore

/// What kind of script a file is: it decides what is asked of it.
enum ScriptRole: Sendable, Equatable {
  case versioned
  case baseline
  case repeatable
  case undo
  case callback
  /// Its name follows no convention.
  case other
}

/// One statement of a script, read.
struct LintedStatement: Sendable {
  /// Byte offsets in the file, without the `;`.
  let range: Range<Int>
  let facts: StatementFacts
  let shapes: [PlacedShape]
  /// A value that the script has added to an enum, and that this statement names.
  let newEnumValue: String?

  var shape: Shape { shapes.first?.shape ?? .known }
}

/// What is known of the script that is being read.
struct ScriptFacts: Sendable {
  /// Among all scripts, in the order in which they are read.
  let index: Int
  let path: String
  /// Without directories.
  let name: String
  let role: ScriptRole
  let statements: [LintedStatement]
  /// What the `.conf` beside it says about transactions.
  let executeInTransaction: Bool?
  /// Whether the runner puts it into one transaction.
  let isTransactional: Bool
  /// What it makes and takes back, by places.
  let deeds: ScriptDeeds

  init(
    index: Int, path: String, name: String, role: ScriptRole, statements: [LintedStatement], executeInTransaction: Bool?
  ) {
    self.index = index
    self.path = path
    self.name = name
    self.role = role
    self.statements = statements
    self.executeInTransaction = executeInTransaction
    isTransactional = executeInTransaction ?? statements.allSatisfy(\.facts.isTransactional)
    deeds = ScriptDeeds(statements)
  }

  /// Whether it may be run again over what it has left: nothing takes back what it did before it failed, or its purpose
  /// is to be run again.
  var mayRunAgain: Bool { role == .repeatable || role == .callback || !isTransactional }
}

/// What a rule sees of one statement.
struct StatementContext: Sendable {
  let placed: PlacedShape
  let statement: LintedStatement
  let script: ScriptFacts
  /// Before the statement.
  let state: SchemaState
  let settings: LintSettings

  var shape: Shape { placed.shape }

  /// The table of a name; nil if nothing is known of it.
  func table(_ name: NamePlace) -> TableState? { state[name.name] }

  /// Whether the script itself has created it, so that it is empty and nobody uses it.
  func isNew(_ name: NamePlace) -> Bool { state.isNew(name.name, in: script.index) }

  /// Whether a name is one, and no placeholder.
  func isPlain(_ name: NamePlace) -> Bool { !ScriptMask.isPlaceholder(name.name.description) }

  /// The table, if it is distributed by a column that is known.
  func distributed(_ name: NamePlace) -> (table: TableState, column: String)? {
    guard let table = table(name), let column = table.distributionColumn, !ScriptMask.isPlaceholder(column) else {
      return nil
    }
    return (table, column)
  }
}

/// What a rule sees of one script.
struct ScriptContext: Sendable {
  let script: ScriptFacts
  /// Behind the script's last statement.
  let state: SchemaState
  let settings: LintSettings
}

/// What a rule sees of all scripts.
struct DirectoryContext: Sendable {
  struct Entry: Sendable {
    let path: String
    let name: String
    let role: ScriptRole
    let meaning: MigrationNaming.NameClass
    let change: LintFile.Change
  }

  /// In the order in which they were read.
  let entries: [Entry]
  /// Files that were there at the revision that is compared with, and are no more.
  let removed: [String]
  /// Behind the last script.
  let state: SchemaState
  let settings: LintSettings
}

/// A name as messages show it.
func shown(_ name: ObjectName) -> String { "`\(ScriptMask.shown(name.description))`" }
func shown(_ name: NamePlace) -> String { shown(name.name) }
func shown(_ column: ColumnPlace) -> String { "`\(ScriptMask.shown(column.name))`" }
func shown(_ text: String) -> String { "`\(ScriptMask.shown(text))`" }
