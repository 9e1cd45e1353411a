@testable import Controller

extension DashboardScene {
  private func condition(
    _ type: ConditionType, _ status: String, _ reason: Reason, _ message: String, _ seconds: Int
  )
    -> Condition
  {
    Condition(
      type: type.rawValue, status: status, lastTransitionTime: ago(seconds), reason: reason.rawValue, message: message)
  }

  private func step(_ index: Int, _ state: String) -> RunStepStatus {
    RunStepStatus(
      version: Self.versions[index], script: Self.script(index), checksum: -1_288_474 + Int64(index) * 777,
      state: state,
      durationMilliseconds: state == "Applied" ? 80 + 90 * Int64(index) : nil)
  }

  private func base(_ count: Int, _ summary: String) -> CitusMigrationStatus {
    var status = CitusMigrationStatus()
    status.observedGeneration = 1
    status.summary = summary
    status.currentVersion = Self.versions[count - 1]
    (status.appliedCount, status.pendingCount) = (count, Self.versions.count - count)
    status.source = SourceStatus(
      revision: "configmap/migrations@sha256:5eaae4d7ab68", digest: "sha256:5eaae4d7ab6890aa77", scripts: 7)
    status.cluster = ClusterStatus(
      target: "citus-coordinator:5432/betting", citusVersion: "13.2-1", postgresVersion: "15.20", workers: "2/2",
      workersReady: 2, workersExpected: 2,
      nodes: [
        NodeStatus(name: "citus-coordinator:5432", group: 0, role: "primary", state: "Active"),
        NodeStatus(name: "citus-worker-1:5432", group: 1, role: "primary", state: "Active"),
        NodeStatus(name: "citus-worker-2:5432", group: 2, role: "primary", state: "Active"),
      ])
    status.history = (0..<count).reversed().map { index in
      HistoryStatus(
        installedRank: index + 1, version: Self.versions[index], description: Self.names[index], type: "SQL",
        script: Self.script(index), checksum: -1_288_474 + Int64(index) * 777, installedOn: ago(86_400 - index * 3000),
        executionTimeMilliseconds: 80 + 90 * Int64(index), success: true)
    }
    status.lastRun = RunStatus(
      id: "k3v9", startedAt: ago(3700), finishedAt: ago(3690), outcome: "Succeeded", holder: "whimbrel-6c9f-x2x",
      steps: (0..<count).map { step($0, "Applied") })
    return status
  }

  func applied(_ count: Int) -> CitusMigrationStatus {
    var status = base(count, "Applied")
    status.pendingCount = 0
    status.conditions = [
      condition(.ready, "True", .applied, "\(count) migrations are in effect", 3600),
      condition(.clusterReady, "True", .succeeded, "2 of 2 workers", 9000),
      condition(.driftFree, "True", .noDrift, "41 objects are as the migrations left them", 3600),
    ]
    var drift = DriftStatus()
    drift.checkedAt = ago(240)
    drift.baseline = DriftBaselineStatus(digest: "sha256:1", run: "k3v9", takenAt: ago(3600), objects: 41)
    status.drift = drift
    return status
  }

  func held(
    _ count: Int, _ reason: Reason, _ summary: String, _ message: String, until: Int? = nil
  )
    -> CitusMigrationStatus
  {
    var status = base(count, summary)
    status.conditions = [
      condition(.ready, "False", reason, message, 500), condition(.reconciling, "True", reason, message, 500),
      condition(.gateOpen, "False", reason, message, 500),
    ]
    status.gate = GateStatus(reason: reason.rawValue, message: message, until: until.map { ago(-$0) }, held: 7 - count)
    status.plan = PlanStatus(
      digest: "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
      steps: (count..<7).map { index in
        PlanStepStatus(
          version: Self.versions[index], description: Self.names[index], script: Self.script(index),
          checksum: -1_288_474 + Int64(index) * 777, transactional: index != 6,
          effects: index == 6
            ? [
              StepEffectStatus(
                line: 3, statement: "CREATE INDEX", table: "public.bet_events", placement: "distributed",
                bytes: 48_318_382_080, shards: 32, nodes: 2, lock: "SHARE", blocks: "writes", rows: "Read"),
              StepEffectStatus(
                line: 9, statement: "ALTER TABLE", table: "public.\"<img src=x>\"", placement: "local",
                lock: "ACCESS EXCLUSIVE",
                blocks: "reads and writes", rows: "Rewritten"),
            ] : nil,
          refusal: index == 5
            ? StepErrorStatus(
              sqlState: "42703", message: "column \"<b>x</b>\" does not exist", script: Self.script(5), line: 2,
              hint: nil) : nil)
      })
    status.plan?.effects = PlanEffectsStatus(
      source: "ScratchDatabase", message: "\(Self.script(6)), line 12: ALTER SYSTEM was not tried")
    status.lint = LintStatus(
      errors: 0, warnings: 1, infos: 0,
      findings: [
        LintFindingStatus(
          rule: "pg-index-concurrently", level: "Warning", script: Self.script(6), line: 3, column: 1,
          message: "CREATE INDEX locks writes on every shard while it builds.",
          remedy: "Write CREATE INDEX CONCURRENTLY, in a script of its own.")
      ])
    return status
  }

  func applying() -> CitusMigrationStatus {
    var status = base(3, "Applying 2/4")
    let message = "Applying \(Self.script(4))"
    status.conditions = [
      condition(.ready, "False", .applying, message, 12), condition(.reconciling, "True", .applying, message, 12),
    ]
    status.lastRun = RunStatus(
      id: "m2x7", startedAt: ago(14), finishedAt: nil, outcome: "Running", holder: "whimbrel-6c9f-x2x",
      steps: [step(3, "Applied"), step(4, "Running"), step(5, "Pending"), step(6, "Pending")])
    return status
  }

  func failed() -> CitusMigrationStatus {
    var status = base(4, "Failed V20251118202000")
    let message =
      "\(Self.script(4)):12:34: relation \"users\" does not exist (SQLSTATE 42P01). It was rolled back: correct the script."
    status.conditions = [
      condition(.ready, "False", .migrationFailed, message, 900),
      condition(.stalled, "True", .migrationFailed, message, 900),
    ]
    var failed = step(4, "Failed")
    failed.durationMilliseconds = 42
    failed.error = StepErrorStatus(
      sqlState: "42P01", message: #"relation "users" does not exist"#, script: Self.script(4), line: 12, column: 34,
      hint: "<img src=x onerror=alert(1)> is text here, whatever it looks like.")
    status.lastRun = RunStatus(
      id: "p8q1", startedAt: ago(901), finishedAt: ago(900), outcome: "Failed", holder: "whimbrel-6c9f-x2x",
      steps: [step(3, "Applied"), failed, step(5, "Pending"), step(6, "Pending")])
    return status
  }

  func waiting() -> CitusMigrationStatus {
    var status = base(7, "Waiting for workers 1/2")
    status.cluster?.workers = "1/2"
    status.cluster?.workersReady = 1
    status.cluster?.nodes?[2].state = "Inactive"
    let message = "1 of 2 expected workers are active: citus-worker-2:5432 is not"
    status.conditions = [
      condition(.ready, "False", .waitingForWorkers, message, 75),
      condition(.reconciling, "True", .waitingForWorkers, message, 75),
    ]
    return status
  }

  func drifted() -> CitusMigrationStatus {
    var status = applied(7)
    status.conditions?[2] = condition(.driftFree, "False", .driftDetected, "2 objects differ", 240)
    status.drift?.count = 2
    status.drift?.objects = [
      DriftObjectStatus(
        kind: "index", name: "public.bets_manual_idx", change: "Unexpected",
        actual: "CREATE INDEX bets_manual_idx ON public.bets USING btree (placed_at)"),
      DriftObjectStatus(
        kind: "column", name: "public.bets.note", node: "citus-worker-1:5432 shard 102008", change: "Missing",
        expected: "text"),
    ]
    return status
  }

  /// What a status holds at most.
  func crowded() -> CitusMigrationStatus {
    var status = applied(7)
    (status.appliedCount, status.pendingCount) = (2000, 2000)
    status.applied = (1...256).map { AppliedStatus(version: "\($0)", checksum: Int64($0), appliedAt: ago(90_000)) }
    status.plan = PlanStatus(
      digest: "ab",
      steps: (1...100).map { number in
        PlanStepStatus(
          version: "3\(number)", description: "d", script: "V3\(number)__d.sql", checksum: 1, transactional: true)
      })
    status.lastRun?.steps = (1...100).map { number in
      RunStepStatus(
        version: "\(number)", script: "V\(number)__<b>d</b>.sql", checksum: 1, state: "Applied", durationMilliseconds: 3
      )
    }
    return status
  }
}
