internal import Support

/// What the latest comparison of the database with its migrations came to.
package struct DriftStatus: Codable, Sendable, Equatable {
  /// When that was; nil asks for another one.
  package var checkedAt: String?
  /// How many objects differ, ignored ones aside.
  package var count: Int
  /// Whether `objects` lists less than that.
  package var truncated: Bool
  package var objects: [DriftObjectStatus]
  package var baseline: DriftBaselineStatus?
  /// The last value of the annotation that accepts what is there.
  package var lastHandledAcceptAt: String?

  /// A status of nothing yet.
  package init() {
    count = 0
    truncated = false
    objects = []
  }
}

/// One object that differs.
package struct DriftObjectStatus: Codable, Sendable, Equatable {
  package var kind: String
  package var name: String
  /// `host:port shard 102008` where it is on a shard.
  package var node: String?
  /// `Missing`, `Unexpected` or `Changed`.
  package var change: String
  package var expected: String?
  package var actual: String?
}

/// What vouches for the baseline that the database keeps.
package struct DriftBaselineStatus: Codable, Sendable, Equatable {
  /// SHA-256 of its text.
  package var digest: String
  /// The id of the run after which it was taken.
  package var run: String?
  package var takenAt: String
  /// How many objects it lists.
  package var objects: Int
}

extension DriftStatus {
  /// How many objects are listed.
  static let listed = 50

  /// The status with every text cut to what the schema allows.
  var bounded: DriftStatus {
    var status = self
    status.objects = objects.prefix(Self.listed).map { object in
      DriftObjectStatus(
        kind: object.kind.cut(64), name: object.name.cut(512), node: object.node?.cut(512),
        change: object.change.cut(32),
        expected: object.expected?.cut(1024), actual: object.actual?.cut(1024))
    }
    status.lastHandledAcceptAt = lastHandledAcceptAt?.cut(1024)
    if let baseline {
      status.baseline = DriftBaselineStatus(
        digest: baseline.digest.cut(128), run: baseline.run?.cut(64), takenAt: baseline.takenAt,
        objects: baseline.objects)
    }
    return status
  }
}
