package import MigrationCore
package import MigrationEngine
internal import MigrationLint
package import Promotion
package import MigrationSources
internal import Support

/// A spec as the stages use it: defaults filled in, texts read, every rule of the schema checked again.
///
/// The schema says the same rules in CEL, which Kubernetes knows from 1.25 on; an older server lets everything in, so
/// they are checked here as well.
package struct SpecReading: Sendable, Equatable {
  package var settings = MigrationSettings()
  package var execution = ExecutionSettings()
  package var workers: WorkerExpectation
  package var readinessTimeout: Duration
  package var interval: Duration
  package var retryInterval: Duration
  package var timeout: Duration
  /// Nil without gates.
  package var promotion: PromotionSettings?
  /// What is asked of a Git repository, where that is the source.
  package var git: GitRequest?
  package var drift = DriftPolicy()
  /// Nil where scripts are not judged.
  package var lint: LintPolicy?

  /// Reads a spec.
  /// - Throws: `SpecProblems` with everything that is wrong, by path.
  package init(_ spec: CitusMigrationSpec) throws(SpecProblems) {
    var reader = Reader()
    reader.checkMigrations(spec.migrations)
    git = reader.git(spec.migrations.git)
    reader.checkCluster(spec.cluster)
    reader.problems += spec.webhook?.problems ?? []
    workers = WorkerExpectation(
      expected: spec.cluster.workers.expected,
      isMinimum: reader.choice(
        "spec.cluster.workers.match", spec.cluster.workers.match, ["Exact": false, "AtLeast": true], default: false))
    readinessTimeout = reader.duration(
      "spec.cluster.readinessTimeout", spec.cluster.readinessTimeout, default: .seconds(600), least: .zero)
    interval = reader.duration("spec.interval", spec.interval, default: .seconds(600), least: .seconds(1))
    // A repository is asked at each look, so the shorter of the two counts.
    interval = min(
      interval,
      reader.duration(
        "spec.migrations.git.interval", spec.migrations.git?.interval, default: interval, least: .seconds(1)))
    retryInterval = reader.duration("spec.retryInterval", spec.retryInterval, default: .seconds(30), least: .seconds(1))
    timeout = reader.duration("spec.timeout", spec.timeout, default: .seconds(3600), least: .seconds(1))
    execution = reader.execution(spec.execution)
    drift = reader.drift(spec.drift)
    lint = reader.lint(spec.lint)
    settings = reader.settings(spec.flyway)
    promotion = reader.promotion(spec.promotion)
    guard reader.problems.isEmpty else { throw SpecProblems(messages: reader.problems) }
  }
}

/// Everything that is wrong with a spec.
package struct SpecProblems: Error, Sendable, Equatable {
  /// One text each, with the path of the field.
  package var messages: [String]
}

private struct Reader {
  var problems: [String] = []

  mutating func checkMigrations(_ migrations: MigrationsSpec) {
    let members = [
      migrations.configMap != nil, migrations.directory != nil, migrations.git != nil, migrations.fluxSource != nil,
    ]
    guard members.count(where: { $0 }) == 1 else {
      return problems.append("spec.migrations: exactly one of configMap, directory, git and fluxSource must be set")
    }
    if let configMap = migrations.configMap {
      // An empty selector would select every ConfigMap there is.
      let isEmpty = configMap.names?.isEmpty ?? configMap.selector?.matchLabels.isEmpty ?? true
      if isEmpty || (configMap.names == nil) == (configMap.selector == nil) {
        problems.append("spec.migrations.configMap: exactly one of names and selector must be set, and not empty")
      }
    } else if let directory = migrations.directory {
      if directory.path.isEmpty || directory.path.hasPrefix("/") || directory.path.split(separator: "/").contains("..")
      {
        problems.append("spec.migrations.directory.path: must be relative and stay below the migrations root")
      }
    } else if let fluxSource = migrations.fluxSource {
      problems += fluxSource.problems
    }
  }

  mutating func git(_ spec: GitSpec?) -> GitRequest? {
    guard let spec else { return nil }
    var reader = GitReader()
    let request = reader.read(spec)
    problems += reader.problems
    return request
  }

  mutating func checkCluster(_ cluster: ClusterSpec) {
    let parts = [cluster.host, cluster.port, cluster.database, cluster.username, cluster.password]
    if cluster.uri != nil {
      if parts.contains(where: { $0 != nil }) {
        problems.append("spec.cluster: set uri, or host with database and username (and port, password), but not both")
      }
    } else if cluster.host == nil || cluster.database == nil || cluster.username == nil {
      problems.append("spec.cluster: without uri, host, database and username are required")
    }
    for (path, value) in cluster.values where (value.value == nil) == (value.secretKeyRef == nil) {
      problems.append("\(path): exactly one of value and secretKeyRef must be set")
    }
    if (cluster.tls?.certificate == nil) != (cluster.tls?.key == nil) {
      problems.append("spec.cluster.tls: certificate and key go together")
    }
    if !(0...1000).contains(cluster.workers.expected) {
      problems.append("spec.cluster.workers.expected: must be between 0 and 1000")
    }
  }

  mutating func duration(_ path: String, _ text: String?, default value: Duration, least: Duration) -> Duration {
    guard let text else { return value }
    guard let duration = DurationText.parse(text) else {
      problems.append("\(path): '\(text.prefix(32))' is not a duration; write 30s, 5m or 1h30m")
      return value
    }
    if duration < least {
      problems.append("\(path): must be at least \(DurationText.format(least))")
    }
    return duration
  }

  mutating func choice<Value>(
    _ path: String, _ text: String?, _ choices: [String: Value], default value: Value
  ) -> Value {
    guard let text else { return value }
    guard let choice = choices[text] else {
      problems.append("\(path): '\(text.prefix(32))' is not one of \(choices.keys.sorted().joined(separator: ", "))")
      return value
    }
    return choice
  }

  mutating func execution(_ spec: ExecutionSpec?) -> ExecutionSettings {
    var execution = ExecutionSettings()
    guard let spec else { return execution }
    execution.lockTimeout = duration(
      "spec.execution.lockTimeout", spec.lockTimeout, default: execution.lockTimeout, least: .zero)
    execution.statementTimeout = duration(
      "spec.execution.statementTimeout", spec.statementTimeout, default: execution.statementTimeout, least: .zero)
    // PostgreSQL keeps these settings as milliseconds in 32 bits.
    if max(execution.lockTimeout, execution.statementTimeout) > .milliseconds(Int64(Int32.max)) {
      problems.append("spec.execution: lockTimeout and statementTimeout must be below 596h")
    }
    execution.lockRetries = spec.lockRetries ?? execution.lockRetries
    if !(0...1000).contains(execution.lockRetries) {
      problems.append("spec.execution.lockRetries: must be between 0 and 1000")
    }
    execution.multiShardMode = choice(
      "spec.execution.multiShardMode", spec.multiShardMode,
      ["Auto": .auto, "Sequential": .sequential, "Parallel": .parallel], default: .auto)
    return execution
  }

  mutating func promotion(_ spec: PromotionSpec?) -> PromotionSettings? {
    var reader = PromotionReader()
    let settings = reader.read(spec)
    problems += reader.problems
    return settings
  }

  mutating func drift(_ spec: DriftSpec?) -> DriftPolicy {
    var policy = DriftPolicy()
    guard let spec else { return policy }
    policy.mode = choice(
      "spec.drift.onDrift", spec.onDrift, ["Off": .off, "Report": .report, "Fail": .fail], default: .report)
    policy.interval = duration("spec.drift.interval", spec.interval, default: policy.interval, least: .seconds(1))
    let patterns = spec.ignore ?? []
    if patterns.count > DriftPattern.most {
      problems.append("spec.drift.ignore: at most \(DriftPattern.most) patterns")
    }
    for (index, text) in patterns.prefix(DriftPattern.most).enumerated() {
      guard let pattern = DriftPattern(text) else {
        problems.append(
          "spec.drift.ignore[\(index)]: '\(text.prefix(64))' is no pattern; write kind/name, such as index/public.tmp_*"
        )
        continue
      }
      policy.ignore.append(pattern)
    }
    return policy
  }

  mutating func lint(_ spec: LintSpec?) -> LintPolicy? {
    guard let spec else { return nil }
    var policy = LintPolicy()
    policy.failOn = choice(
      "spec.lint.failOn", spec.failOn, ["Error": .error, "Warning": .warning, "Info": .info, "Never": nil],
      default: policy.failOn)
    if let column = spec.tenantColumn {
      if !(1...63).contains(column.utf8.count) { problems.append("spec.lint.tenantColumn: a name has 1 to 63 bytes") }
      policy.settings.tenantColumn = column
    }
    let rules = (spec.rules ?? [:]).sorted { $0.key < $1.key }
    if rules.count > LintPolicy.mostRules { problems.append("spec.lint.rules: at most \(LintPolicy.mostRules) rules") }
    for (rule, text) in rules.prefix(LintPolicy.mostRules) {
      guard Rule.named(rule) != nil else {
        problems.append(
          "spec.lint.rules: there is no rule '\(rule.prefix(40))'; whimbrel lint --explain all lists them")
        continue
      }
      policy.settings.weights[rule] = choice(
        "spec.lint.rules.\(rule)", text,
        ["Off": .off, "Info": .level(.info), "Warning": .level(.warning), "Error": .level(.error)], default: .off)
    }
    return policy
  }

  mutating func settings(_ spec: FlywaySpec?) -> MigrationSettings {
    var reader = FlywayReader()
    let settings = reader.read(spec ?? FlywaySpec())
    problems += reader.problems
    return settings
  }
}
