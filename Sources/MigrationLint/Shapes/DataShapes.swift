internal import MigrationCore

struct Assignment: Sendable {
  let columns: [ColumnPlace]
  let value: Expression
  /// Whether it sets a part of a column, as in `a[1] = 2` and `a.x = 2`.
  var isPartial = false
}

struct Insert: Sendable {
  let table: NamePlace
  let columns: [ColumnPlace]
  /// Of `ON CONFLICT ... DO UPDATE SET`.
  let conflictAssignments: [Assignment]
  /// Of `ON CONFLICT ... DO UPDATE SET ... WHERE`.
  let conflictCondition: Expression?
}

struct Update: Sendable {
  let table: NamePlace
  let assignments: [Assignment]
  let condition: Expression?
}

struct Delete: Sendable {
  let table: NamePlace
  let condition: Expression?
}

struct Query: Sendable {
  /// Calls of functions of Citus and of the session, in the order of the text.
  let calls: [Call]
  /// Of `SELECT ... INTO`.
  let into: NamePlace?
  /// Byte offset behind a `FROM`-less query without `WHERE`, where a guard can be written; nil for others.
  let guardOffset: Int?
  /// Whether a `WHERE` stands outside parentheses.
  let hasCondition: Bool
  /// Catalogs and functions that tell of nodes, if any is named.
  let nodeMentions: [ColumnPlace]
}

/// A call of a function that a rule knows.
struct Call: Sendable {
  struct Argument: Sendable {
    /// Of `name => value` and `name := value`.
    let label: String?
    /// What a plain literal or a number holds, a word in lower case; nil for what is computed.
    let value: String?
    let isLiteral: Bool
    let range: Range<Int>
  }

  /// In lower case, without schema.
  let function: String
  let arguments: [Argument]
  let range: Range<Int>

  /// The argument of a label, or at a place among those without label.
  func argument(_ label: String, at place: Int) -> Argument? {
    if let labelled = arguments.first(where: { $0.label == label }) { return labelled }
    guard place < arguments.count, arguments[place].label == nil else { return nil }
    return arguments[place]
  }

  /// The table that the first argument names.
  func table(label: String = "table_name") -> NamePlace? {
    guard let argument = argument(label, at: 0), argument.isLiteral, let text = argument.value else { return nil }
    return ObjectName(literal: text).map { NamePlace(name: $0, range: argument.range) }
  }
}

/// The body of a `DO` block.
struct Procedure: Sendable {
  /// Where text is run that is put together while it runs.
  let dynamic: [Range<Int>]
  /// Names in it that tell of nodes.
  let nodeMentions: [ColumnPlace]
  /// Byte range of the whole statement.
  let range: Range<Int>
}
