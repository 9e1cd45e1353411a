/// What a migration file is for.
package enum MigrationKind: Sendable, Hashable {
  /// Runs once, in the order of versions.
  case versioned
  /// Runs again whenever its content changes, after all versioned ones.
  case repeatable
  /// Stands for all versioned migrations up to its version on an empty database.
  case baseline
  /// Takes a versioned migration back; `undo` alone runs it.
  case undo
}

/// What a migration's file name says.
package struct MigrationName: Sendable, Hashable {
  /// By the prefix.
  package let kind: MigrationKind
  /// Nil for repeatable migrations only.
  package let version: MigrationVersion?
  /// The text behind the separator with `_` as blanks; may be empty.
  package let description: String

  /// A name from its parts.
  package init(kind: MigrationKind, version: MigrationVersion?, description: String) {
    self.kind = kind
    self.version = version
    self.description = description
  }

  /// `V1.2`, `B3`, `U1`, or `R "description"`: how texts name a migration.
  package var label: String {
    switch kind {
    case .versioned: "V\(version?.description ?? "")"
    case .baseline: "B\(version?.description ?? "")"
    case .undo: "U\(version?.description ?? "")"
    case .repeatable: "R \"\(description)\""
    }
  }
}

/// What a callback's file name says.
package struct CallbackName: Sendable, Hashable {
  /// When it runs.
  package let event: CallbackEvent
  /// The text behind the separator with `_` as blanks; may be empty.
  package let description: String

  /// A name from its parts.
  package init(event: CallbackEvent, description: String) {
    self.event = event
    self.description = description
  }
}
