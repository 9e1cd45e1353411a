@testable import Controller
import MigrationCore
import MigrationEngine
import Testing

@Suite("SpecReading")
struct SpecReadingTests {
  private static let value = Samples.value("v")
  private static let neither = ValueSpec()
  private static let both = ValueSpec(value: "v", secretKeyRef: .init(name: "n", key: "k"))

  struct Rule: Sendable {
    /// As it stands in the manifest.
    let cel: String
    /// Makes a valid spec break it.
    let breakIt: @Sendable (inout CitusMigrationSpec) -> Void
  }

  private static let oneValue = "has(self.value) != has(self.secretKeyRef)"

  /// Every rule of the schema, with a spec that it refuses.
  private static let rules: [Rule] =
    [
      Rule(cel: "spec: !has(self.timeout) || duration(self.timeout) >= duration('1s')") { $0.timeout = "999ms" },
      Rule(cel: "spec: !has(self.interval) || duration(self.interval) >= duration('1s')") { $0.interval = "0.5s" },
      Rule(cel: "spec: !has(self.retryInterval) || duration(self.retryInterval) >= duration('1s')") {
        $0.retryInterval = "0s"
      },
      Rule(
        cel:
          "spec.migrations: [has(self.configMap), has(self.directory), has(self.git), has(self.fluxSource)].filter(set, set).size() == 1"
      ) {
        $0.migrations.directory = .init(path: "a")
      },
      Rule(cel: "spec.migrations.configMap: has(self.names) != has(self.selector)") {
        $0.migrations.configMap?.selector = .init(matchLabels: ["a": "b"])
      },
      Rule(cel: "spec.migrations.directory.path: !self.split('/').exists(part, part == '..')") {
        $0.migrations = MigrationsSpec(directory: .init(path: "a/../b"))
      },
      Rule(cel: "spec.migrations.git: !has(self.interval) || duration(self.interval) >= duration('1s')") {
        $0.migrations = MigrationsSpec(git: Samples.git { $0.interval = "10ms" })
      },
      Rule(cel: "spec.migrations.git: !self.url.startsWith('ssh://') || has(self.secretRef)") {
        $0.migrations = MigrationsSpec(git: Samples.git("ssh://git@example.com/a.git"))
      },
      Rule(
        cel:
          "spec.migrations.git: !has(self.verify) || self.verify.mode == 'HEAD' || has(self.ref) && (has(self.ref.tag) || has(self.ref.semver))"
      ) {
        $0.migrations = MigrationsSpec(git: Samples.git { $0.verify = .init(mode: "Tag", secretRef: .init(name: "k")) })
      },
      Rule(
        cel:
          "spec.migrations.git.ref: [has(self.branch), has(self.tag), has(self.semver), has(self.commit)].filter(set, set).size() <= 1"
      ) { $0.migrations = MigrationsSpec(git: Samples.git { $0.ref = .init(branch: "a", tag: "b") }) },
      Rule(cel: "spec.migrations.git.path: !self.startsWith('/') && !self.split('/').exists(part, part == '..')") {
        $0.migrations = MigrationsSpec(git: Samples.git { $0.path = "a/../b" })
      },
      Rule(cel: "spec.migrations.fluxSource.path: !self.split('/').exists(part, part == '..')") {
        $0.migrations = MigrationsSpec(fluxSource: .init(kind: "Bucket", name: "a", path: "a/../b"))
      },
      Rule(
        cel:
          "spec.cluster: has(self.uri) != (has(self.host) || has(self.port) || has(self.database) || has(self.username) || has(self.password))"
      ) { $0.cluster.uri = value },
      Rule(cel: "spec.cluster: has(self.uri) || (has(self.host) && has(self.database) && has(self.username))") {
        $0.cluster.username = nil
      },
      Rule(cel: "spec.cluster.uri: \(oneValue)") {
        ($0.cluster.host, $0.cluster.database, $0.cluster.username) = (nil, nil, nil)
        $0.cluster.uri = both
      },
      Rule(cel: "spec.cluster.host: \(oneValue)") { $0.cluster.host = neither },
      Rule(cel: "spec.cluster.port: \(oneValue)") { $0.cluster.port = both },
      Rule(cel: "spec.cluster.database: \(oneValue)") { $0.cluster.database = neither },
      Rule(cel: "spec.cluster.username: \(oneValue)") { $0.cluster.username = both },
      Rule(cel: "spec.cluster.password: \(oneValue)") { $0.cluster.password = neither },
      Rule(cel: "spec.cluster.tls: has(self.certificate) == has(self.key)") {
        $0.cluster.tls = .init(mode: nil, ca: nil, certificate: value, key: nil)
      },
      Rule(cel: "spec.cluster.tls.ca: \(oneValue)") {
        $0.cluster.tls = .init(mode: nil, ca: both, certificate: nil, key: nil)
      },
      Rule(cel: "spec.cluster.tls.certificate: \(oneValue)") {
        $0.cluster.tls = .init(mode: nil, ca: nil, certificate: both, key: value)
      },
      Rule(cel: "spec.cluster.tls.key: \(oneValue)") {
        $0.cluster.tls = .init(mode: nil, ca: nil, certificate: value, key: neither)
      },
      Rule(cel: "spec.drift: !has(self.interval) || duration(self.interval) >= duration('1s')") {
        $0.drift = DriftSpec(interval: "500ms")
      },
    ] + PromotionSamples.rules

  private static func problems(_ spec: CitusMigrationSpec) -> [String] {
    do throws(SpecProblems) {
      _ = try SpecReading(spec)
      return []
    } catch {
      return error.messages
    }
  }

  @Test("the table holds every rule of the schema and no other")
  func rulesAreCurrent() throws {
    let manifest = try Schema.part("spec").rules(at: "spec")
    #expect(Set(manifest) == Set(Self.rules.map(\.cel)))
    #expect(manifest.count == Self.rules.count)
  }

  @Test("what a rule of the schema refuses is refused here too, by the path of the field", arguments: rules.indices)
  func rulesHold(index: Int) {
    let rule = Self.rules[index]
    var spec = Samples.spec()
    #expect(Self.problems(spec).isEmpty)
    rule.breakIt(&spec)
    let problems = Self.problems(spec)
    #expect(problems.count == 1, "\(rule.cel): \(problems)")
    #expect(problems.allSatisfy { $0.hasPrefix("spec.") && $0.contains(": ") })
  }

  @Test(
    "what the schema refuses by bounds, patterns and lists of words is refused here too",
    arguments: [
      { $0.migrations = MigrationsSpec() }, { $0.migrations.configMap = .init(names: [], selector: nil) },
      { $0.migrations.configMap = .init(names: nil, selector: .init(matchLabels: [:])) },
      { $0.migrations.configMap = .init(names: ["a"], selector: .init(matchLabels: [:])) },
      { $0.migrations.configMap = .init(names: [], selector: .init(matchLabels: ["a": "b"])) },
      { $0.migrations.configMap = .init(names: nil, selector: nil) },
      { $0.migrations = MigrationsSpec(directory: .init(path: "")) },
      { $0.migrations = MigrationsSpec(directory: .init(path: "/etc")) },
      { $0.migrations = MigrationsSpec(directory: .init(path: "..")) },
      { $0.cluster.workers.expected = -1 }, { $0.cluster.workers.expected = 1001 },
      { $0.cluster.workers.match = "exact" }, { $0.cluster.readinessTimeout = "soon" }, { $0.interval = "10" },
      { $0.timeout = "" }, { $0.retryInterval = "-1s" },
      { $0.execution = ExecutionSpec(lockTimeout: "5", statementTimeout: nil, lockRetries: nil, multiShardMode: nil) },
      { $0.execution = ExecutionSpec(lockTimeout: nil, statementTimeout: nil, lockRetries: -1, multiShardMode: nil) },
      { $0.execution = ExecutionSpec(lockTimeout: nil, statementTimeout: nil, lockRetries: 1001, multiShardMode: nil) },
      {
        $0.execution = ExecutionSpec(lockTimeout: nil, statementTimeout: nil, lockRetries: nil, multiShardMode: "auto")
      },
      {
        $0.execution = ExecutionSpec(lockTimeout: "600h", statementTimeout: nil, lockRetries: nil, multiShardMode: nil)
      },
      { $0.flyway = FlywaySpec(target: "not a version") },
      { $0.flyway = FlywaySpec(placeholders: ["Flyway:user": "x"]) },
      { $0.flyway = FlywaySpec(placeholders: ["flyway.user": "x"], placeholderSeparator: ".") },
      { $0.flyway = FlywaySpec(encoding: "no such") }, { $0.flyway = FlywaySpec(ignoreMigrationPatterns: ["future"]) },
    ] as [@Sendable (inout CitusMigrationSpec) -> Void])
  func bounds(breakIt: @Sendable (inout CitusMigrationSpec) -> Void) {
    var spec = Samples.spec()
    breakIt(&spec)
    #expect(Self.problems(spec).count == 1)
  }

  @Test("the defaults are those of the schema")
  func defaults() throws {
    let reading = try SpecReading(Samples.spec())
    let schema = try Schema.part("spec")
    func text(_ path: String...) -> String? {
      let node = path.reduce(Optional(schema)) { $0?.child("properties")?.child($1) }
      return node?.text("default")
    }
    #expect(text("interval") == "10m" && reading.interval == .seconds(600))
    #expect(text("retryInterval") == "30s" && reading.retryInterval == .seconds(30))
    #expect(text("timeout") == "1h" && reading.timeout == .seconds(3600))
    #expect(text("cluster", "readinessTimeout") == "10m" && reading.readinessTimeout == .seconds(600))
    #expect(text("cluster", "workers", "match") == "Exact" && !reading.workers.isMinimum)
    #expect(text("execution", "lockTimeout") == "5s" && reading.execution.lockTimeout == .seconds(5))
    #expect(text("execution", "statementTimeout") == "0s" && reading.execution.statementTimeout == .zero)
    #expect(text("execution", "lockRetries") == "10" && reading.execution.lockRetries == 10)
    #expect(reading.settings.validateMigrationNaming && reading.settings.validateOnMigrate)
  }

  @Test("everything that is wrong is told at once")
  func allAtOnce() {
    var spec = Samples.spec()
    spec.interval = "x"
    spec.timeout = "y"
    spec.cluster.host = nil
    spec.migrations = MigrationsSpec()
    #expect(Self.problems(spec).count == 4)
  }
}
