/// What pending migrations do to tables: seen in a scratch database, or worked out from their text.
package struct PlanEffects: Sendable, Hashable {
  /// How it is known.
  package enum Origin: Sendable, Hashable {
    /// All that was applied and all that is pending ran in a database of its own on the coordinator.
    case scratch
    /// From the text of the statements; why no scratch database was used.
    case model(reason: String)
  }

  /// How it is known.
  package let origin: Origin
  /// Of the pending migrations, in their order.
  package let steps: [StepEffects]
  /// What a reader of the plan should know of how it came about; in words.
  package var notes: [String] = []

  /// Effects from their parts.
  package init(origin: Origin, steps: [StepEffects], notes: [String] = []) {
    self.origin = origin
    self.steps = steps
    self.notes = notes
  }

  /// The same, with what the model knows of statements that were not seen: those outside a transaction, those that do not
  /// run in a scratch database, and those behind a failure.
  package func completed(by model: [StepEffects]) -> PlanEffects {
    let forecasts = Dictionary(model.map { ($0.script, $0.statements) }) { first, _ in first }
    let steps = self.steps.map { step in
      var step = step
      let forecast = forecasts[step.script] ?? []
      // Both are in the order of the script.
      let seen = step.statements
      step.statements = forecast.enumerated().map { index, statement in
        guard index < seen.count, seen[index].line == statement.line else { return statement }
        guard !seen[index].isObserved else { return seen[index].naming(statement.tables.map(\.table)) }
        var statement = statement
        statement.omission = seen[index].omission
        return statement
      }
      return step
    }
    return PlanEffects(origin: origin, steps: steps, notes: notes)
  }

  /// All tables that are named.
  package var tables: Set<ObjectName> { Set(steps.flatMap(\.statements).flatMap(\.tables).map(\.table)) }
}

/// What one migration does.
package struct StepEffects: Sendable, Hashable {
  /// The script's name in the history.
  package let script: String
  package var statements: [StatementEffect] = []
  /// Why it failed in the scratch database: what it would be refused with, were nothing else.
  package var refusal: Refusal?
  /// Why it did not run there; nil if it did.
  package var omission: String?

  /// A migration of which nothing is known.
  package init(script: String) {
    self.script = script
  }

  /// Why a migration failed.
  package struct Refusal: Sendable, Hashable {
    /// From 1.
    package let line: Int?
    package let sqlState: String?
    package let message: String
    package let hint: String?

    /// A refusal from its parts.
    package init(line: Int?, sqlState: String?, message: String, hint: String?) {
      self.line = line
      self.sqlState = sqlState
      self.message = message
      self.hint = hint
    }
  }
}

/// What one statement does.
package struct StatementEffect: Sendable, Hashable {
  /// From 1, in its script.
  package let line: Int
  /// As in `StatementFacts`.
  package let verb: String
  /// Of tables that were there before the statement's transaction, by name.
  package var tables: [TableEffect] = []
  /// Why it did not run in the scratch database; nil if it did, or if there is none.
  package var omission: String?
  /// Every lock that its transaction held behind it, for `completed`.
  package var held: [TableEffect] = []
  /// Whether `tables` was seen while it ran, and not worked out from its text.
  package var isObserved: Bool

  /// A statement, with what it does as far as that is known.
  package init(
    line: Int, verb: String, tables: [TableEffect] = [], omission: String? = nil, isObserved: Bool = true
  ) {
    self.line = line
    self.verb = verb
    self.tables = tables
    self.omission = omission
    self.isObserved = isObserved && omission == nil
  }
}

extension StatementEffect {
  /// The same, with the tables that the text names: their locks an earlier statement may have taken already.
  fileprivate func naming(_ names: [ObjectName]) -> StatementEffect {
    var effect = self
    let known = Set(tables.map(\.table))
    effect.tables += held.filter { names.contains($0.table) && !known.contains($0.table) }.map { table in
      TableEffect(table.table, lock: table.lock, shardLock: table.shardLock)
    }
    effect.tables.sort { $0.table.description < $1.table.description }
    return effect
  }
}

/// What one statement does to one table.
package struct TableEffect: Sendable, Hashable {
  package let table: ObjectName
  /// The strongest lock on the table itself, which on a distributed table is the coordinator's; nil if none was added.
  package var lock: LockMode?
  /// The strongest lock on its shards, wherever they are; nil if there is none, or if that is not known.
  package var shardLock: LockMode?
  /// Whether all rows are written anew.
  package var isRewritten = false
  /// Whether all rows are read.
  package var isScanned = false

  /// The strongest lock on the table or its shards; nil if none was added.
  package var strongestLock: LockMode? { [lock, shardLock].compactMap(\.self).max() }
  /// Whether it is more than a look at the table, which nobody notices.
  package var isNoticed: Bool { isRewritten || isScanned || strongestLock.map { $0 > .rowShare } == true }

  /// No effect yet.
  package init(_ table: ObjectName, lock: LockMode? = nil, shardLock: LockMode? = nil) {
    self.table = table
    self.lock = lock
    self.shardLock = shardLock
  }
}

/// What the live database says about a table that a plan touches.
package struct LiveTable: Sendable, Hashable {
  /// What Citus has made of it.
  package enum Placement: String, Sendable, Hashable {
    case local, distributed, reference
  }

  package var placement = Placement.local
  /// With indexes and TOAST, on all nodes together; nil where a node did not say.
  package var bytes: Int64?
  /// Of a table that Citus manages.
  package var shards = 0
  /// The nodes that hold them.
  package var nodes = 0

  /// A local table of unknown size.
  package init(placement: Placement = .local, bytes: Int64? = nil, shards: Int = 0, nodes: Int = 0) {
    self.placement = placement
    self.bytes = bytes
    self.shards = shards
    self.nodes = nodes
  }
}
