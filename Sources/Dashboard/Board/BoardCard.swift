internal import Controller
internal import Kubernetes

/// What the board shows of one resource: every field that leaves the process is named here.
package struct BoardCard: Sendable, Encodable, Equatable {
  /// `namespace/name`.
  package var key: String
  package var namespace: String
  package var name: String
  package var state: BoardState
  /// The summary of the status: `Applied`, `Applying 3/5`, `Awaiting approval`.
  package var word: String
  /// What is waited for, and why.
  package var why: String?
  /// RFC 3339: since when it is so.
  package var since: String?
  /// RFC 3339: when it goes on by itself, where that is known.
  package var until: String?
  package var version: String?
  package var applied: Int?
  package var pending: Int?
  /// Ready and expected workers, where they differ.
  package var workers: String?
  package var lintErrors: Int
  package var lintWarnings: Int
  package var drift: Int

  /// How many characters of a message a card holds.
  static let whyLength = 240

  /// The card of a resource.
  init(_ resource: CitusMigration) {
    let status = resource.status
    key = resource.key.description
    namespace = resource.metadata.namespace ?? ""
    name = resource.metadata.name
    state = BoardState(resource)
    word = state == .suspended || state == .unseen ? state.word : status?.summary ?? state.word
    switch state {
    case .applied, .unseen: why = nil
    case .held: why = status?.gate?.message
    case .suspended: why = "spec.suspend is true: nothing is applied until it is false"
    case .applying, .waiting, .stalled: why = resource.why
    }
    why = why.map { $0.count > Self.whyLength ? $0.prefix(Self.whyLength - 1) + "…" : $0 }
    switch state {
    case .held: since = status?.condition(.gateOpen)?.lastTransitionTime
    case .applying: since = status?.lastRun?.startedAt
    case .applied: since = status?.condition(.ready)?.lastTransitionTime
    case .unseen: since = resource.metadata.creationTimestamp
    case .waiting, .stalled, .suspended: since = resource.blocking?.lastTransitionTime
    }
    until = status?.gate?.until
    version = status?.currentVersion
    applied = status?.appliedCount
    pending = status?.pendingCount
    if let cluster = status?.cluster, cluster.workersReady != cluster.workersExpected { workers = cluster.workers }
    lintErrors = status?.lint?.errors ?? 0
    lintWarnings = status?.lint?.warnings ?? 0
    drift = status?.drift?.count ?? 0
  }
}
