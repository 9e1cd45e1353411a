internal import MigrationCore

/// What a statement does, read once; rules look at nothing else.
enum Shape: Sendable {
  case createTable(CreateTable)
  case alterTable(AlterTable)
  case createIndex(CreateIndex)
  case createTrigger(name: String, table: NamePlace)
  case createRule(table: NamePlace)
  case createView(CreateView)
  case createFunction(CreateFunction)
  case createPolicy(table: NamePlace, hasSubquery: Bool)
  case createSequence(name: NamePlace, owner: NamePlace?)
  /// `CREATE SCHEMA`, `TYPE`, `EXTENSION` and the like.
  case createOther(CreateOther)
  /// `ALTER INDEX`, `ALTER VIEW` and the like; what they do stands in `action`.
  case alterOther(AlterOther)
  case drop(Drop)
  case truncate([NamePlace])
  case insert(Insert)
  case update(Update)
  case delete(Delete)
  case merge(NamePlace)
  case copyIn(NamePlace)
  /// `SELECT`, `VALUES`, `TABLE`, `CALL`, plpgsql's `PERFORM`.
  case query(Query)
  case procedure(Procedure)
  case set(Setting)
  case transaction(StatementFacts.TransactionControl)
  case maintenance(Maintenance)
  case lockTables([NamePlace])
  /// `PREPARE`, `DECLARE`, `LISTEN`, `DISCARD`: what lives in the session.
  case session(String)
  /// A statement that is known and that no rule asks about.
  case known
  /// A statement of which nothing is known, and why.
  case opaque(String)
}

/// A shape, and where it stands.
struct PlacedShape: Sendable {
  let shape: Shape
  /// Byte offsets in the file.
  let range: Range<Int>
  /// Whether it is part of another statement: of a `DO` block, a common table expression, a dynamic statement.
  let isEmbedded: Bool
}

/// `CREATE TRIGGER`, `SCHEMA`, `TYPE` ...: an object of a kind no rule knows more about.
struct CreateOther: Sendable {
  /// In lower case: `schema`, `event trigger`.
  let kind: String
  let name: NamePlace?
  let isConditional: Bool
  /// Byte offset behind the words before the name.
  let nameOffset: Int
}

struct AlterOther: Sendable {
  /// In lower case.
  let kind: String
  let name: NamePlace?
  let action: Action

  enum Action: Sendable, Equatable {
    case rename(to: String)
    /// A value of an enum, an attribute of a composite type, a column of a view gets another name.
    case renamePart(String)
    /// A new value of an enum.
    case addValue(String)
    /// Of a domain.
    case addConstraint(isNotValid: Bool)
    case setSchema
    case setTablespace
    case owner
    case other
  }
}

struct Drop: Sendable {
  /// In lower case, such as `table` or `materialized view`.
  let kind: String
  let names: [NamePlace]
  let isConditional: Bool
  let isConcurrent: Bool
  let isCascading: Bool
  /// Byte offset behind the words before the first name.
  let nameOffset: Int
  /// Of `DROP TRIGGER x ON table`.
  let table: NamePlace?
}

struct CreateView: Sendable {
  let name: NamePlace
  let isMaterialized: Bool
  let isReplacing: Bool
  let isConditional: Bool
  let nameOffset: Int
}

struct CreateFunction: Sendable {
  let name: NamePlace
  let isReplacing: Bool
  let returnsTrigger: Bool
}

struct Setting: Sendable {
  enum Scope: Sendable { case session, local, reset }

  /// In lower case, with dots; `SET TIME ZONE` sets `timezone`.
  let name: String
  /// In lower case; nil for what is no single value.
  let value: String?
  let scope: Scope
  /// Of the word `SET`, or of the whole call of `set_config`.
  let range: Range<Int>
  /// Whether it is `SET`, and not `set_config` or `RESET`.
  var isStatement = true

  /// PostgreSQL's spellings of false (`parse_bool`).
  var isOff: Bool { ["off", "of", "false", "fals", "fal", "fa", "f", "no", "n", "0"].contains(value ?? "") }
}

struct Maintenance: Sendable {
  enum Kind: Sendable, Equatable {
    case vacuum(isFull: Bool)
    case analyze
    case cluster
    case reindex(isConcurrent: Bool)
    case refresh(isConcurrent: Bool)
  }

  let kind: Kind
  let target: NamePlace?
  /// Byte offset behind the kind of object, where `CONCURRENTLY` belongs.
  let optionOffset: Int
}
