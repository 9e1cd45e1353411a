/// Judges evidence: pure, so that a table of spoilt evidence proves that it can fail.
package struct Verification: Sendable {
  /// What was to be applied.
  package let workload: Workload
  /// The roles that may be recorded as having applied something.
  package let users: Set<String>

  /// - Parameters:
  ///   - workload: what was to be applied, with everything that was added on the way.
  ///   - users: the roles that may be recorded as having applied something.
  package init(_ workload: Workload, users: Set<String>) {
    self.workload = workload
    self.users = users
  }

  /// Everything that is wrong when the work is over and the resource says that it is Ready.
  package func findings(_ evidence: Evidence) -> [Finding] {
    ledger(evidence.ledger) + losses(evidence) + sessions(evidence.ledger) + history(evidence.history)
      + completeness(evidence.history) + leftOvers(evidence) + state(evidence)
  }

  /// What must not be at any moment, also in the middle of the work.
  package func findingsUnderway(_ evidence: Evidence) -> [Finding] {
    ledger(evidence.ledger) + sessions(evidence.ledger) + history(evidence.history.filter(\.success))
  }

  // MARK: Ledger

  private func ledger(_ rows: [Evidence.LedgerRow]) -> [Finding] {
    let parts = Dictionary(uniqueKeysWithValues: workload.migrations.map { ($0.version, $0.parts) })
    let counts = Dictionary(grouping: rows) { "version \($0.version) part \($0.part)" }
    let doubles = counts.filter { $0.value.count > 1 }.keys.sorted().map { key in
      Finding(.double, "\(key) is in the ledger \(counts[key]?.count ?? 0) times")
    }
    let strange = rows.filter { !(1...(parts[$0.version] ?? 0) + 1).dropLast().contains($0.part) }
    return doubles
      + strange.map { Finding(.double, "nobody has asked for version \($0.version) part \($0.part) in the ledger") }
  }

  private func losses(_ evidence: Evidence) -> [Finding] {
    let seen = Set(evidence.ledger.map { "\($0.version).\($0.part)" })
    var findings: [Finding] = []
    for migration in workload.migrations {
      for part in 1...migration.parts where !seen.contains("\(migration.version).\(part)") {
        findings.append(Finding(.loss, "\(migration.script) part \(part) is not in the ledger"))
      }
    }
    let expected = workload.migrations.reduce(0) { $0 + $1.tally }
    if evidence.tally != expected {
      findings.append(
        Finding(evidence.tally > expected ? .double : .loss, "the tally is \(evidence.tally), not \(expected)"))
    }
    return findings
  }

  /// A session that has been followed by another never writes again.
  private func sessions(_ rows: [Evidence.LedgerRow]) -> [Finding] {
    var over: Set<String> = []
    var current: String?
    var findings: [Finding] = []
    for row in rows where row.session != current {
      if over.contains(row.session) {
        findings.append(
          Finding(.fencing, "session \(row.session) wrote version \(row.version) after another had taken over"))
      }
      if let current { over.insert(current) }
      current = row.session
    }
    return findings
  }

  // MARK: History

  private func history(_ rows: [Evidence.HistoryRow]) -> [Finding] {
    let byScript = Dictionary(uniqueKeysWithValues: workload.migrations.map { ($0.script, $0) })
    var findings: [Finding] = []
    for row in rows {
      guard let migration = byScript[row.script] else {
        findings.append(Finding(.history, "rank \(row.rank) is \(row.script), which nobody has asked for"))
        continue
      }
      let expected = [
        "version": String(migration.script.dropFirst().prefix { $0 != "_" }), "type": "SQL",
        "checksum": "\(FlywayRow.checksum(migration.text))",
      ]
      let found = ["version": row.version ?? "", "type": row.type, "checksum": row.checksum.map { "\($0)" } ?? ""]
      for (name, value) in expected.sorted(by: { $0.key < $1.key }) where found[name] != value {
        findings.append(Finding(.history, "rank \(row.rank): \(name) is '\(found[name] ?? "")', not '\(value)'"))
      }
      if !users.contains(row.user) {
        findings.append(Finding(.history, "rank \(row.rank) was installed by \(row.user)"))
      }
      if row.success, row.executionTime < 0 {
        findings.append(Finding(.history, "rank \(row.rank) is a success with execution_time \(row.executionTime)"))
      }
    }
    let repeated = Dictionary(grouping: rows, by: \.script).filter { $0.value.count > 1 }.keys.sorted()
    findings += repeated.map { Finding(.double, "\($0) is in the history more than once") }
    if Set(rows.map(\.rank)).count != rows.count { findings.append(Finding(.history, "a rank is there twice")) }
    let versions = rows.compactMap { byScript[$0.script]?.version }
    if versions != versions.sorted() { findings.append(Finding(.history, "versions do not rise with the ranks")) }
    return findings
  }

  private func completeness(_ rows: [Evidence.HistoryRow]) -> [Finding] {
    let succeeded = Set(rows.filter(\.success).map(\.script))
    return rows.filter { !$0.success }.map { Finding(.history, "rank \($0.rank), \($0.script), is no success") }
      + workload.migrations.filter { !succeeded.contains($0.script) }.map {
        Finding(.loss, "\($0.script) is not in the history as a success")
      }
  }

  // MARK: The rest

  private func leftOvers(_ evidence: Evidence) -> [Finding] {
    let dropped = Set(workload.migrations.compactMap(\.droppedIndex))
    let expected = Set(workload.migrations.compactMap(\.index)).subtracting(dropped)
    var findings = expected.subtracting(evidence.validIndexes).sorted().map {
      Finding(.loss, "the index \($0) is missing or invalid")
    }
    findings += evidence.validIndexes.intersection(dropped).sorted().map {
      Finding(.leftOver, "the index \($0) should be gone")
    }
    findings += evidence.brokenIndexes.sorted().map { Finding(.leftOver, "the index \($0) is invalid somewhere") }
    findings += evidence.locks.map { Finding(.leftOver, "an advisory lock is held: \($0)") }
    findings += evidence.preparedTransactions.map { Finding(.leftOver, "a prepared transaction waits: \($0)") }
    findings += evidence.openTransactions.map { Finding(.leftOver, "a session sits in a transaction: \($0)") }
    for lease in evidence.leases where !lease.holder.isEmpty {
      let isElection = lease.name == Verification.electionLease
      guard !isElection || !evidence.identities.contains(lease.holder) else { continue }
      findings.append(Finding(.leftOver, "the Lease \(lease.name) is held by \(lease.holder)"))
    }
    return findings
  }

  private func state(_ evidence: Evidence) -> [Finding] {
    var findings: [Finding] = []
    if !evidence.ready.hasPrefix("True") { findings.append(Finding(.state, "Ready is \(evidence.ready)")) }
    let last = workload.migrations.last.map { String($0.script.dropFirst().prefix { $0 != "_" }) }
    if evidence.currentVersion != last {
      findings.append(Finding(.state, "currentVersion is \(evidence.currentVersion ?? "absent"), not \(last ?? "")"))
    }
    if evidence.pendingCount != 0 {
      findings.append(Finding(.state, "pendingCount is \(evidence.pendingCount.map { "\($0)" } ?? "absent")"))
    }
    return findings
  }

  /// The Lease by which replicas elect their leader.
  package static let electionLease = "whimbrel-leader"
}
