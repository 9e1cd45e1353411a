import MigrationCore

@testable import MigrationLint

/// A statement as its shape says it, in one line that PostgreSQL's own tree can be written as too
/// (`Differential/summaries`).
enum ShapeSummary {
  /// One line for each statement of a script, with its text.
  static func statements(of sql: String) -> [(text: String, summary: String)] {
    let bytes = Array(sql.utf8)
    let reading = ScriptReading(LintFile(path: "V1__x.sql", bytes: bytes), LintSettings())
    return reading.statements.map { statement in
      (String(decoding: bytes[statement.range], as: UTF8.self), line(statement.shape))
    }
  }

  static func line(_ shape: Shape) -> String {
    switch shape {
    case .createTable(let table): words(table)
    case .alterTable(let alter): "alter table \(name(alter.table)): " + list(alter.actions.map { words($0.kind) })
    case .createIndex(let index): words(index)
    case .createView(let view):
      "create \(view.isMaterialized ? "materialized view" : "view") \(name(view.name))\(flag(view.isReplacing, "or replace"))\(flag(view.isConditional, "if not exists"))"
    case .createTrigger(let trigger, let table): "create trigger \(trigger) on \(name(table))"
    case .createRule(let table): "create rule on \(name(table))"
    case .createPolicy(let table, _): "create policy on \(name(table))"
    case .createFunction(let function):
      "create function \(name(function.name))\(flag(function.isReplacing, "or replace"))\(flag(function.returnsTrigger, "trigger"))"
    case .createSequence(let sequence, let owner): "create sequence \(name(sequence)) of \(owner.map(name) ?? "none")"
    case .drop(let drop): words(drop)
    case .truncate(let tables): "truncate \(list(tables.map(name)))"
    case .copyIn(let table): "copy into \(name(table))"
    case .query(let query): "query into \(query.into.map(name) ?? "nothing")"
    case .procedure: "do"
    case .set(let setting): words(setting)
    case .transaction(let control): "transaction \(control)"
    case .maintenance(let maintenance): words(maintenance)
    case .lockTables(let tables): "lock \(list(tables.map(name)))"
    case .insert, .update, .delete, .merge: data(shape)
    case .createOther, .alterOther, .session, .known: "other"
    case .opaque(let reason): "opaque: \(reason)"
    }
  }

  private static func data(_ shape: Shape) -> String {
    switch shape {
    case .insert(let insert):
      "insert \(name(insert.table)) (\(list(insert.columns.map(\.name)))) conflict sets \(list(insert.conflictAssignments.flatMap(\.columns).map(\.name)))"
    case .update(let update):
      "update \(name(update.table)) sets \(list(update.assignments.flatMap(\.columns).map(\.name)))\(flag(update.condition != nil, "where"))"
    case .delete(let delete): "delete \(name(delete.table))\(flag(delete.condition != nil, "where"))"
    case .merge(let table): "merge \(name(table))"
    default: ""
    }
  }

  private static func name(_ place: NamePlace) -> String { place.name.description }

  private static func list(_ parts: [String]) -> String { parts.joined(separator: ", ") }

  private static func flag(_ isSet: Bool, _ word: String) -> String { isSet ? " " + word : "" }

  private static func words(_ setting: Setting) -> String {
    let scope =
      switch setting.scope {
      case .local: "local"
      case .session: "session"
      case .reset: "reset"
      }
    return "set \(setting.name) \(scope)"
  }

  private static func words(_ drop: Drop) -> String {
    let kinds: Set<String> = [
      "role", "user", "group", "database", "tablespace", "owned", "user mapping", "subscription",
    ]
    guard !kinds.contains(drop.kind) else { return "other" }
    let named: Set<String> = [
      "table", "index", "view", "materialized view", "sequence", "schema", "foreign table", "trigger", "policy", "rule",
    ]
    let names = named.contains(drop.kind) ? " \(list(drop.names.map(name)))" : ""
    return
      "drop \(drop.kind)\(names)\(drop.table.map { " on \(name($0))" } ?? "")\(flag(drop.isConditional, "if exists"))"
      + "\(flag(drop.isConcurrent, "concurrently"))\(flag(drop.isCascading, "cascade"))"
  }

  private static func words(_ maintenance: Maintenance) -> String {
    let what =
      switch maintenance.kind {
      case .vacuum(let isFull): "vacuum\(flag(isFull, "full"))"
      case .analyze: "analyze"
      case .cluster: "cluster"
      case .reindex(let isConcurrent): "reindex\(flag(isConcurrent, "concurrently"))"
      case .refresh(let isConcurrent): "refresh\(flag(isConcurrent, "concurrently"))"
      }
    return "\(what) \(maintenance.target.map(name) ?? "all")"
  }

  private static func words(_ index: CreateIndex) -> String {
    "create\(flag(index.isUnique, "unique")) index \(index.name.map(name) ?? "unnamed") on \(name(index.table))"
      + "\(flag(index.isConcurrent, "concurrently"))\(flag(index.condition != nil, "if not exists"))\(flag(index.isOnly, "only"))"
      + " using \(index.method) (\(list(index.elements.map { $0.column ?? "expression" })))\(flag(index.isPartial, "where"))"
      + flag(index.hasTablespace, "tablespace")
  }
}

// MARK: Tables

extension ShapeSummary {
  private static func words(_ table: CreateTable) -> String {
    let persistence =
      switch table.persistence {
      case .permanent: ""
      case .temporary: " temporary"
      case .unlogged: " unlogged"
      case .foreign: " foreign"
      }
    var text = "create\(persistence) table \(name(table.name))\(flag(table.isConditional, "if not exists"))"
    text += table.partitionOf.map { " partition of \(name($0))" } ?? ""
    text += " columns \(list(table.columns.map(words))) constraints \(list(table.constraints.map(words)))"
    text += flag(!table.likes.isEmpty, "like \(list(table.likes.map(name)))")
    text += flag(!table.parents.isEmpty, "inherits \(list(table.parents.map(name)))")
    text += table.partitionColumns.map { " by \(list($0))" } ?? ""
    return text + flag(table.isFromQuery, "as query") + flag(table.isDroppedOnCommit, "dropped on commit")
  }

  private static func words(_ column: ColumnDefinition) -> String {
    let generated = column.generated.map { $0 == .stored ? " stored" : " virtual" } ?? ""
    return "\(column.name.name) [\(column.type.canonical)]\(flag(column.isNotNull, "not null"))"
      + "\(flag(column.fallback != nil, "default"))\(flag(column.isIdentity, "identity"))\(generated)"
  }

  private static func words(_ constraint: ConstraintDefinition) -> String {
    let columns = constraint.kind == .check ? "" : " (\(list(constraint.columns.map(\.name))))"
    let reference = constraint.reference.map { reference in
      " to \(name(reference.table)) (\(list(reference.columns))) \(action(reference.onDelete))\(flag(reference.deleteColumns != nil, "(columns)")) \(action(reference.onUpdate))"
    }
    return "\(constraint.kind.rawValue)\(constraint.name.map { " \($0)" } ?? "")\(columns)\(reference ?? "")"
      + "\(flag(constraint.isNotValid, "not valid"))\(constraint.usesIndex.map { " using \($0)" } ?? "")"
  }

  /// `NO ACTION` is what there is without words too.
  private static func action(_ words: String?) -> String { words.map { $0 == "no action" ? "-" : $0 } ?? "-" }

  private static func words(_ action: AlterAction.Kind) -> String {
    switch action {
    case .addColumn(let column, let isConditional, _):
      "add \(words(column))\(flag(isConditional, "if not exists"))\(flag(!column.constraints.isEmpty, "with \(list(column.constraints.map(words)))"))"
    case .dropColumn(let column, let isConditional): "drop \(column.name)\(flag(isConditional, "if exists"))"
    case .setNotNull(let column): "set not null \(column.name)"
    case .dropNotNull(let column): "drop not null \(column.name)"
    case .setDefault(let column, _): "set default \(column.name)"
    case .dropDefault(let column): "drop default \(column.name)"
    case .alterType(let column, let type, let using):
      "type \(column.name) [\(type.canonical)]\(flag(using != nil, "using"))"
    case .addIdentity(let column): "add identity \(column.name)"
    case .addConstraint(let constraint): "add \(words(constraint))"
    case .validateConstraint(let name): "validate \(name)"
    case .dropConstraint(let name): "drop constraint \(name)"
    case .renameColumn(let old, let new): "rename column \(old.name) to \(new)"
    case .renameTable(let new): "rename to \(new)"
    case .renameConstraint(let old, let new): "rename constraint \(old) to \(new)"
    case .setSchema(let schema): "set schema \(schema)"
    case .attachPartition(let partition): "attach \(name(partition))"
    case .detachPartition(let partition, let isConcurrent):
      "detach \(name(partition))\(flag(isConcurrent, "concurrently"))"
    case .trigger: "trigger"
    case .rewrite: "rewrite"
    case .other: "other"
    case .unknown: "unknown"
    }
  }
}
