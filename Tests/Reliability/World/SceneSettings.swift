/// What a scene is made of.
package struct SceneSettings: Sendable {
  /// What only some faults need, and costs something.
  package enum Part: Sendable, Hashable {
    /// Servers that may be stopped.
    case ownServers
    /// An `APIRelay` before the API server.
    case apiRelay
    /// Replicas whose clock can be set (libfaketime).
    case fakeClock
    /// A role of the scene's own, whose password can be changed.
    case ownRole
  }

  /// The binary under test.
  package var binary: String
  /// Determines the migrations.
  package var seed: UInt64
  package var migrations = 200
  package var leaseTimes = LeaseTimes.short
  package var parts: Set<Part> = []
  /// `debug` tells most; a scene that lasts for long needs `info`.
  package var logLevel = "debug"
  /// Whether the logs of a round stay when nothing was wrong.
  package var keepsLogs = false

  /// A scene with everything as usual.
  package init(binary: String, seed: UInt64) {
    self.binary = binary
    self.seed = seed
  }
}
