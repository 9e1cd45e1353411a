internal import Postgres
internal import Support
internal import TestSupport

extension Scene {
  /// Everything that the verification judges, as it is now.
  package func evidence() async throws -> Evidence {
    var evidence = try await tables()
    let resource = try await resource()
    evidence.ready = resource.ready
    evidence.currentVersion = resource.status?.currentVersion
    evidence.pendingCount = resource.status?.pendingCount
    evidence.leases = try await leases()
    evidence.identities = Set(replicas.compactMap(\.identity))
    evidence.locks = try await texts(Self.locks)
    evidence.openTransactions = try await texts(Self.openTransactions)
    for part in CitusCluster.Part.allCases {
      evidence.preparedTransactions += try await database.lines(Self.preparedTransactions, on: part).map {
        "\(part.rawValue): \($0)"
      }
    }
    (evidence.validIndexes, evidence.brokenIndexes) = try await indexes()
    return evidence
  }

  /// The ledger, the tally and the history alone: enough for what must hold at any moment.
  package func tables() async throws -> Evidence {
    var evidence = Evidence()
    evidence.ledger = try await observer.lines("SELECT version, part, session FROM ledger ORDER BY at").map {
      Evidence.LedgerRow(version: Int($0[0]) ?? 0, part: Int($0[1]) ?? 0, session: $0[2])
    }
    evidence.tally = Int(try await texts("SELECT n FROM tally").first ?? "") ?? 0
    evidence.history = try await observer.lines(Self.history).map { row in
      Evidence.HistoryRow(
        rank: Int(row[0]) ?? 0, version: row[1].isEmpty ? nil : row[1], type: row[2], script: row[3],
        checksum: Int32(row[4]), user: row[5], executionTime: Int(row[6]) ?? 0, success: row[7] == "t")
    }
    return evidence
  }

  /// Verifies what must hold at the end; looks again for a while, since a Lease may still be on its way back.
  ///
  /// A Lease that is not renewed for its whole duration is free. What was done twice stays done twice, so waiting hides
  /// nothing.
  package func verify() async throws -> [Finding] {
    let start = ContinuousClock.now
    var seen: [String: (renewal: String, at: ContinuousClock.Instant)] = [:]
    while true {
      var evidence = try await evidence()
      for index in evidence.leases.indices {
        let lease = evidence.leases[index]
        if seen[lease.name]?.renewal != lease.renewal { seen[lease.name] = (lease.renewal, .now) }
        let isExpired = seen[lease.name].map { ContinuousClock.now - $0.at > lease.duration } ?? false
        if isExpired { evidence.leases[index].holder = "" }
      }
      let findings = verification.findings(evidence) + endings
      if findings.isEmpty || ContinuousClock.now - start > settings.leaseTimes.duration + .seconds(20) {
        return findings
      }
      try await Task.sleep(for: .milliseconds(300))
    }
  }

  /// Processes that ended although nobody ended them.
  package var endings: [Finding] {
    replicas.flatMap(\.unexpectedEndings).map { Finding(.state, $0) }
  }

  private func texts(_ sql: String) async throws -> [String] {
    try await observer.lines(sql).map { $0[0] }
  }

  private func indexes() async throws -> (valid: Set<String>, broken: Set<String>) {
    var valid: Set<String> = []
    var broken: Set<String> = []
    for row in try await observer.lines(Self.indexes) {
      let isWhole = row[1] == "t"
      if isWhole { valid.insert(row[0]) } else { broken.insert(row[0]) }
    }
    return (valid, broken)
  }

  // MARK: Questions

  private static let history = """
    SELECT installed_rank, version, type, script, checksum, installed_by, execution_time, success
    FROM flyway_schema_history ORDER BY installed_rank
    """

  private static let locks = """
    SELECT format('%s %s %s, pid %s, %s', classid, objid, mode, l.pid, a.application_name)
    FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND coalesce(a.backend_type, '') = 'client backend' AND a.application_name NOT LIKE 'citus_internal%'
    """

  private static let openTransactions = """
    SELECT format('pid %s, %s, %s, %s', pid, application_name, state, left(query, 60)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'whimbrel/%' AND state LIKE 'idle in transaction%'
    """

  private static let preparedTransactions =
    "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"

  /// Name, and whether it is valid on the coordinator and there and valid on every shard; also what only shards have.
  private static let indexes = """
    WITH here AS (
      SELECT relname::text AS name, indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE indrelid = 'bets'::regclass AND NOT indisprimary),
    shards AS (
      SELECT coalesce(nullif(result, ''), '{}')::jsonb AS indexes FROM run_command_on_shards('bets', $$
        SELECT coalesce(jsonb_object_agg(regexp_replace(relname, '_[0-9]+$', ''), indisvalid), '{}')
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indrelid = '%s'::regclass AND NOT indisprimary $$)),
    names AS (SELECT name FROM here UNION SELECT jsonb_object_keys(indexes) FROM shards)
    SELECT name, coalesce((SELECT valid FROM here WHERE here.name = names.name), false)
      AND (SELECT bool_and(coalesce((indexes ->> names.name)::boolean, false)) FROM shards)
    FROM names
    """
}

extension Scene {
  /// Judges this scene with everything that was added so far.
  package var verification: Verification {
    Verification(workload, users: [role.withLock { $0.name }, database.parameters().user])
  }

  /// Verifies what must hold after the replicas have ended in order: all Leases are free, and nothing has changed.
  package func verifyAfterStop() async throws -> [Finding] {
    try await verify()
  }
}
