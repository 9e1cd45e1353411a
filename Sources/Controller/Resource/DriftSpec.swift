package import MigrationCore

/// Whether and how the database is compared with what the migrations made; absent means that it is not.
package struct DriftSpec: Codable, Sendable, Equatable {
  package var interval: String?
  /// `Off`, `Report` (default) or `Fail`.
  package var onDrift: String?
  /// Patterns of objects that are not reported, `kind/name` with `*` and `?`.
  package var ignore: [String]?

  /// A declaration of its parts.
  package init(interval: String? = nil, onDrift: String? = nil, ignore: [String]? = nil) {
    self.interval = interval
    self.onDrift = onDrift
    self.ignore = ignore
  }
}

/// A `DriftSpec` as the stages use it.
package struct DriftPolicy: Sendable, Equatable {
  /// What a difference does.
  package enum Mode: Sendable, Equatable {
    /// Nothing is compared.
    case off
    /// It is reported, and the resource stays ready.
    case report
    /// The resource is stalled.
    case fail
  }

  package var mode = Mode.off
  package var interval = Duration.seconds(600)
  package var ignore: [DriftPattern] = []

  /// Nothing is compared.
  package init() {}
}
