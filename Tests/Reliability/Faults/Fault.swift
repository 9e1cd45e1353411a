internal import TestSupport

/// A fault as a value: what it does to a scene, what it needs, and from when its recovery counts.
package struct Fault: Sendable {
  /// What shows that the work goes on again.
  enum Proof: Sendable, Equatable {
    /// A session that was not there before has written: somebody else has taken over, or connected anew.
    case newSession
    /// Any row more.
    case anyRow
  }

  /// What one fault has done.
  struct Outcome: Sendable {
    /// What exactly happened, for the record.
    var detail: String
    /// From when the recovery counts.
    var since: ContinuousClock.Instant
    var proof: Proof
    /// Rows that were there before it, for the proof.
    var before: Observer.Progress
    /// What is left to do once the work goes on, such as waking the one who slept.
    var ending: (@Sendable () async throws -> Void)?

    init(
      _ detail: String, since: ContinuousClock.Instant, proof: Proof, before: Observer.Progress,
      ending: (@Sendable () async throws -> Void)? = nil
    ) {
      self.detail = detail
      self.since = since
      self.proof = proof
      self.before = before
      self.ending = ending
    }
  }

  /// Its name on the command line, such as `kill-leader`.
  package let name: String
  /// What it is, for people.
  package let title: String
  /// From when the recovery counts, for people.
  package let counted: String
  /// What the scene must have for it.
  package let parts: Set<SceneSettings.Part>
  let inject: @Sendable (Scene, inout SeededGenerator) async throws -> Outcome

  init(
    _ name: String, _ title: String, counted: String, parts: Set<SceneSettings.Part> = [],
    _ inject: @escaping @Sendable (Scene, inout SeededGenerator) async throws -> Outcome
  ) {
    self.name = name
    self.title = title
    self.counted = counted
    self.parts = parts
    self.inject = inject
  }

  /// Every fault there is, in the order of the table.
  package static let all: [Fault] = [
    killLeader, terminateLeader, pauseLeader, restartCoordinator, restartWorker, restartAPIServer, restartEtcd,
    cutConnections, cutNetwork, disturbAPI, stepClock, editConfigMap, rotateSecret,
  ]

  /// Those that leave servers alone that others use as well.
  package static let withoutOwnServers = all.filter { !$0.parts.contains(.ownServers) }
}
