/// What a statement's own text says about how it must be run.
package struct StatementFacts: Sendable, Hashable {
  /// The first words, at most four, upper case, without names or literals: safe to show.
  package var verb: String = ""
  /// Why the server refuses it in a transaction block; nil if it does not.
  package var nonTransactionalReason: String?
  /// What it does to the session's transaction, if anything.
  package var transactionControl: TransactionControl?
  /// Settings of Citus that it turns off, so that other nodes miss what follows (`citus.enable_ddl_propagation`).
  package var disabledPropagation: [String] = []
  /// The index that it builds or drops without blocking; a crash leaves it behind invalid.
  package var concurrentIndex: ConcurrentIndex?
  /// How to find out whether it was done, after the connection was lost while it ran outside a transaction.
  package var settling: Settling = .ambiguous
  /// Whether it can run inside a transaction block, and nothing of it stays when that is rolled back; false for what may
  /// commit by itself (`CALL`, `DO`) and what works over connections of its own.
  package var isAtomic: Bool = false
  /// What it leaves in the session that runs it.
  package var sessionEffect: SessionEffect = .unclear
  /// Whether it works through rows of tables that may be filled: worth running on many shards at once.
  package var touchesData: Bool = false
  /// Whether inline data follows it.
  package var copiesFromStandardInput: Bool = false

  /// A statement of which nothing is known.
  package init() {}

  /// Whether the server runs it inside a transaction block.
  package var isTransactional: Bool { nonTransactionalReason == nil }
}

extension StatementFacts {
  /// What a statement does to the transaction that it runs in.
  package enum TransactionControl: Sendable, Hashable {
    /// `BEGIN`, `START TRANSACTION`.
    case begin
    /// `COMMIT`, `END`.
    case commit
    /// `ROLLBACK`, `ABORT`.
    case rollback
    /// `SAVEPOINT`.
    case savepoint
    /// `RELEASE SAVEPOINT`.
    case releaseSavepoint
    /// `ROLLBACK TO SAVEPOINT`.
    case rollbackToSavepoint
    /// `PREPARE TRANSACTION`.
    case prepareTransaction
    /// `COMMIT PREPARED`.
    case commitPrepared
    /// `ROLLBACK PREPARED`.
    case rollbackPrepared

    /// Whether it starts or ends the outer transaction, so that a migration and its history row could part.
    package var breaksMigrationTransaction: Bool {
      switch self {
      case .savepoint, .releaseSavepoint, .rollbackToSavepoint: false
      case .begin, .commit, .rollback, .prepareTransaction, .commitPrepared, .rollbackPrepared: true
      }
    }
  }

  /// An index that is built, rebuilt or dropped concurrently.
  package struct ConcurrentIndex: Sendable, Hashable {
    /// What happens to it.
    package enum Action: Sendable, Hashable {
      /// `CREATE INDEX CONCURRENTLY`.
      case create
      /// `DROP INDEX CONCURRENTLY`.
      case drop
      /// `REINDEX ... CONCURRENTLY`; `name` is then the index or table as the statement names it.
      case reindex
    }

    /// What happens to it.
    package let action: Action
    /// Whether `UNIQUE` stands there.
    package let isUnique: Bool
    /// Whether `IF NOT EXISTS` or `IF EXISTS` stands there.
    package let isConditional: Bool
    /// Nil where the server chooses a name.
    package let name: ObjectName?
    /// The table, for `CREATE INDEX`.
    package let table: ObjectName?

    /// An index from its parts.
    package init(action: Action, isUnique: Bool, isConditional: Bool, name: ObjectName?, table: ObjectName?) {
      self.action = action
      self.isUnique = isUnique
      self.isConditional = isConditional
      self.name = name
      self.table = table
    }

    /// The schema that the index is in, if the statement says so: an index lives in its table's schema.
    package var schema: String? { name?.schema ?? table?.schema }
  }
}

/// The name of a table or index as PostgreSQL reads it: unquoted parts in lower case, quotes removed.
package struct ObjectName: Sendable, Hashable, CustomStringConvertible {
  /// Nil where the search path decides.
  package let schema: String?
  /// The last part.
  package let name: String

  /// A name from its parts, already folded.
  package init(schema: String?, name: String) {
    self.schema = schema
    self.name = name
  }

  /// `schema.name`.
  package var description: String { schema.map { "\($0).\(name)" } ?? name }
}
