@testable import Controller
import Kubernetes
import MigrationCore
@testable import MigrationEngine
import Support

/// Values with every field set, and short ways to make others.
enum Samples {
  static let now = Timestamp(microseconds: 1_767_323_045_000_000)

  static func metadata(_ name: String = "betting", namespace: String = "dev", generation: Int64 = 3) -> ObjectMetadata {
    var metadata = ObjectMetadata(name: name, namespace: namespace)
    metadata.uid = "11111111-2222-3333-4444-555555555555"
    metadata.generation = generation
    return metadata
  }

  static func value(_ text: String) -> ValueSpec { ValueSpec(value: text) }

  static func reference(_ name: String, _ key: String) -> ValueSpec {
    ValueSpec(secretKeyRef: .init(name: name, key: key))
  }

  /// A valid spec: by name, by parts.
  static func spec() -> CitusMigrationSpec {
    var cluster = ClusterSpec(workers: .init(expected: 2, match: nil))
    cluster.host = value("citus.dev.svc")
    cluster.database = value("betting")
    cluster.username = value("app")
    return CitusMigrationSpec(
      migrations: MigrationsSpec(configMap: .init(names: ["betting-migrations"], selector: nil)), cluster: cluster)
  }

  /// A repository, after what `change` does to it.
  static func git(_ url: String = "https://example.com/a.git", _ change: (inout GitSpec) -> Void = { _ in }) -> GitSpec
  {
    var git = GitSpec(url: url)
    change(&git)
    return git
  }

  /// Every field that the code knows, though not all of them go together.
  static func fullSpec() -> CitusMigrationSpec {
    var spec = spec()
    let both = ValueSpec(value: "v", secretKeyRef: .init(name: "n", key: "k"))
    spec.migrations = MigrationsSpec(
      configMap: .init(names: ["a"], selector: .init(matchLabels: ["app": "betting"])),
      directory: .init(path: "betting"),
      git: git {
        $0.ref = .init(branch: "main", tag: "v1", semver: "1.x", commit: .init(repeating: "1", count: 40))
        ($0.path, $0.interval) = ("infra/db", "1m")
        $0.secretRef = .init(name: "git")
        $0.verify = .init(mode: "HEAD", secretRef: .init(name: "keys"))
      },
      fluxSource: .init(
        kind: "GitRepository", name: "a", namespace: "n", apiVersion: "source.toolkit.fluxcd.io/v1", path: "p"))
    spec.cluster.uri = both
    (spec.cluster.host, spec.cluster.port, spec.cluster.database) = (both, both, both)
    (spec.cluster.username, spec.cluster.password) = (both, both)
    spec.cluster.tls = .init(mode: "verify-full", ca: both, certificate: both, key: both)
    spec.cluster.workers.match = "AtLeast"
    spec.cluster.readinessTimeout = "10m"
    spec.flyway = FlywaySpec(
      table: "t", tablespace: "fast", schemas: ["public"], defaultSchema: "public", createSchemas: true,
      installedBy: "me", sqlMigrationPrefix: "M", repeatableSqlMigrationPrefix: "Q", baselineMigrationPrefix: "N",
      undoSqlMigrationPrefix: "D", sqlMigrationSeparator: "-", sqlMigrationSuffixes: [".ddl"],
      validateMigrationNaming: false, encoding: "ISO-8859-1", placeholders: ["a": "b"], placeholderReplacement: false,
      placeholderPrefix: "<", placeholderSuffix: ">", placeholderSeparator: ".", target: "5?",
      cherryPick: ["2", "a_b"],
      outOfOrder: true, validateOnMigrate: false, ignoreMigrationPatterns: ["*:missing"], skipDefaultCallbacks: true,
      skipExecutingMigrations: true, group: true, mixed: true, executeInTransaction: false, initSql: "SELECT 1",
      baselineOnMigrate: true, baselineVersion: "7", baselineDescription: "d")
    spec.execution = ExecutionSpec(lockTimeout: "5s", statementTimeout: "0s", lockRetries: 1, multiShardMode: "Auto")
    spec.promotion = PromotionSpec(
      after: [
        .init(
          name: "app", namespace: "dev", kubeConfig: .init(secretKeyRef: .init(name: "n", key: "k")),
          history: .init(
            uri: .init(secretKeyRef: .init(name: "n", key: "k")),
            tls: .init(mode: "verify-full", ca: both, certificate: both, key: both), schema: "s", table: "t"))
      ], soak: "30m", approval: "Manual",
      windows: [.init(name: "low-traffic", schedule: "0 2 * * 1-5", duration: "3h", timeZone: "Europe/Zurich")],
      freeze: .init(reason: "r", until: "2026-01-02T03:04:05Z"), reportReady: true)
    spec.webhook = WebhookSpec(type: "github", secretRef: .init(name: "hook"))
    spec.drift = DriftSpec(interval: "10m", onDrift: "Fail", ignore: ["index/public.tmp_*"])
    spec.lint = LintSpec(failOn: "Warning", tenantColumn: "customer_id", rules: ["cit-unique": "Warning"])
    spec.plan = PlanSpec(scratchDatabase: true)
    (spec.suspend, spec.interval, spec.retryInterval, spec.timeout) = (true, "10m", "30s", "1h")
    return spec
  }

  /// A status with every field set to `text` (numbers aside), lists of `count`.
  static func fullStatus(text: String = "x", count: Int = 1) -> CitusMigrationStatus {
    var status = CitusMigrationStatus()
    status.observedGeneration = 3
    status.leaderEpoch = 4
    (status.lastHandledReconcileAt, status.lastHandledRepairAt) = (text, text)
    status.summary = text
    status.conditions = [
      Condition(
        type: "Ready", status: "True", observedGeneration: 3, lastTransitionTime: now.rfc3339, reason: "Applied",
        message: text)
    ]
    status.source = SourceStatus(revision: text, digest: text, scripts: 1)
    status.cluster = ClusterStatus(
      target: text, citusVersion: text, postgresVersion: text, workers: text, workersReady: 1, workersExpected: 2,
      nodes: .init(repeating: NodeStatus(name: text, group: 1, role: text, state: text), count: count))
    status.currentVersion = text
    (status.appliedCount, status.pendingCount) = (1, 2)
    let error = StepErrorStatus(sqlState: text, message: text, script: text, line: 1, column: 1, hint: text)
    let effect = StepEffectStatus(
      line: 1, statement: text, table: text, placement: text, bytes: 1 << 40, shards: 32, nodes: 2, lock: text,
      blocks: text, rows: text)
    status.plan = PlanStatus(
      digest: text,
      steps: .init(
        repeating: PlanStepStatus(
          version: text, description: text, script: text, checksum: -1, transactional: true,
          effects: .init(repeating: effect, count: count), refusal: error),
        count: count), effects: PlanEffectsStatus(source: text, message: text))
    status.lastRepair = RepairStatus(finishedAt: now.rfc3339, outcome: text, message: text)
    status.cancellation = CancellationStatus(
      run: text, generation: 3, sourceDigest: text, reconcileAt: text, repairAt: text)
    status.lastRun = RunStatus(
      id: text, startedAt: now.rfc3339, finishedAt: now.rfc3339, outcome: text, holder: text,
      steps: .init(
        repeating: RunStepStatus(
          version: text, script: text, checksum: 1, state: text, durationMilliseconds: 1,
          backfill: BackfillStatus(table: text, rowsDone: 1, rowsEstimated: 2, position: text), error: error),
        count: count))
    status.history = .init(
      repeating: HistoryStatus(
        installedRank: 1, version: text, description: text, type: text, script: text, checksum: 1, installedOn: text,
        executionTimeMilliseconds: 1, success: true), count: count)
    status.gate = GateStatus(reason: text, message: text, until: text, held: 1)
    status.approval = ApprovalStatus(digest: text, by: text, seenAt: now.rfc3339)
    status.bypass = ApprovalStatus(digest: text, by: text, seenAt: now.rfc3339)
    status.applied = .init(
      repeating: AppliedStatus(version: text, description: text, checksum: 1, sha256: text, appliedAt: text),
      count: count)
    status.drift = driftStatus(text: text, count: count)
    status.lint = LintStatus(
      errors: 1, warnings: 2, infos: 3,
      findings: .init(
        repeating: LintFindingStatus(
          rule: text, level: text, script: text, line: 1, column: 1, message: text, remedy: text), count: count))
    return status
  }

  static func driftStatus(text: String = "x", count: Int = 1) -> DriftStatus {
    var status = DriftStatus()
    status.checkedAt = now.rfc3339
    status.count = count
    status.objects = .init(
      repeating: DriftObjectStatus(
        kind: text, name: text, node: text, change: text, expected: text, actual: text), count: count)
    status.baseline = DriftBaselineStatus(digest: text, run: text, takenAt: now.rfc3339, objects: 1)
    status.lastHandledAcceptAt = text
    return status
  }

  static func plan(versions: Range<Int>, applied: Range<Int> = 0..<0) -> MigrationPlan {
    let files = (Array(applied) + Array(versions)).map {
      ScriptFile(path: "V\($0)__m.sql", bytes: Array("SELECT \($0);".utf8))
    }
    let set = MigrationSet.resolve(files, settings: MigrationSettings())
    return MigrationPlan.make(set: set, history: rows(set, applied), settings: MigrationSettings())
  }

  static func rows(_ set: MigrationSet, _ applied: Range<Int>) -> [HistoryRow] {
    set.versioned.prefix(applied.count).enumerated().map { index, script in
      HistoryRow(
        installedRank: index + 1, version: script.version?.description, description: script.description, type: "SQL",
        script: script.script, checksum: script.checksum, installedBy: "app", installedOn: "2026-01-01 00:00:00",
        executionTime: 5, success: true)
    }
  }

  static func failure(_ message: String = "relation \"a\" does not exist") -> StepFailure {
    StepFailure(
      version: "7", script: "V7__m.sql", checksum: 1, line: 3, column: 5, sqlState: "42P01", message: message,
      hint: "create it", isRolledBack: true)
  }
}
