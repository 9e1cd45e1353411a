/// Where a resource stands, in one word.
package enum Standing: String, Sendable, CaseIterable {
  case ready = "Ready"
  case notReady = "NotReady"
  case stalled = "Stalled"
  case suspended = "Suspended"
}

extension CitusMigration {
  /// One word for the whole.
  package var standing: Standing {
    if spec?.suspend == true { return .suspended }
    if status?.condition(.stalled)?.status == "True" { return .stalled }
    return status?.condition(.ready)?.status == "True" ? .ready : .notReady
  }

  /// The condition that keeps it from being ready: that it is stalled, or what it waits for.
  package var blocking: Condition? {
    [ConditionType.stalled, .reconciling].lazy.compactMap { status?.condition($0) }.first { $0.status == "True" }
  }

  /// Why it is not ready, in one line.
  package var why: String? { specProblem ?? blocking?.message }
}
