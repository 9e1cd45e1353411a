/// What a database consists of at one moment, as far as it is compared: objects by key, rows of the history among them.
///
/// Texts that can hold literals (defaults, bodies, view texts, conditions) are digests, so that none of them is stored or
/// shown.
package struct DriftFingerprint: Sendable, Equatable {
  /// What else must be equal for two fingerprints to be comparable: which schemas were looked at, and the server that wrote
  /// the texts.
  package struct Basis: Sendable, Equatable {
    /// Schemas in order, with blanks between them; empty for all.
    package var scope: String
    /// `15 13.2-1`: PostgreSQL's major version and the extension's, which both decide on how a catalog reads.
    package var server: String

    /// A basis of its parts.
    package init(scope: String, server: String) {
      self.scope = scope
      self.server = server
    }
  }

  package var basis: Basis
  package private(set) var objects: [DriftObject.Key: DriftObject]

  /// A fingerprint of objects; of two with one key the later counts.
  package init(basis: Basis, _ objects: some Sequence<DriftObject>) {
    self.basis = basis
    self.objects = Dictionary(objects.map { ($0.key, $0) }) { $1 }
  }

  /// Puts an object in the place of the one with its key; nil takes that away.
  package mutating func put(_ object: DriftObject?, for key: DriftObject.Key) {
    objects[key] = object
  }
}

// MARK: History

extension DriftFingerprint {
  /// The rows of a history as objects, named by rank.
  package static func objects(of rows: [HistoryRow]) -> [DriftObject] {
    rows.map { row in
      var properties = [
        "description": row.description, "type": row.type, "script": row.script, "success": "\(row.success)",
        "installed by": row.installedBy, "installed on": row.installedOn,
      ]
      properties["version"] = row.version
      properties["checksum"] = row.checksum.map { "\($0)" }
      return DriftObject(.history, "\(row.installedRank)", properties)
    }
  }

  /// The highest rank of the history's rows; nil without rows.
  package var lastRank: Int? {
    objects.keys.filter { $0.kind == .history }.compactMap { Int($0.name) }.max()
  }

  /// The fingerprint with the rows of another's history.
  package func withHistory(of other: DriftFingerprint) -> DriftFingerprint {
    DriftFingerprint(
      basis: basis,
      objects.values.filter { $0.key.kind != .history } + other.objects.values.filter { $0.key.kind == .history })
  }
}
