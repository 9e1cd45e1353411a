internal import ArgumentParser
internal import Reliability
internal import Support
internal import TestSupport
internal import UnixSignals

/// `chaos`: makes faults on real parts while two replicas work, and says what came of each.
@main
struct ChaosCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract: "Make faults on real parts while two replicas of the controller work through a directory of migrations.",
    discussion: """
      It starts etcd, kube-apiserver and a Citus cluster of its own, and stops them at the end. The exit code is 0 only if \
      every fault was survived: nothing lost, nothing done twice, nothing left behind, Ready reached.
      """)

  @Option(help: "The binary of the controller.")
  var binary: String

  @Option(help: "Determines migrations, faults and moments; random if absent.")
  var seed: UInt64 = .random(in: 1...999_999)

  @Option(help: "How often each fault is made, unless --faults says otherwise.")
  var times = 10

  @Option(help: "Faults by name, with commas, each with =TIMES if wanted; all if absent.")
  var faults: String?

  @Option(help: "Migrations in a directory.")
  var migrations = 200

  @Option(help: "The duration of a Lease.")
  var leaseDuration = "15s"

  @Option(help: "How long a leader tries to renew.")
  var renewDeadline = "10s"

  @Option(help: "How long between two attempts.")
  var retryPeriod = "2s"

  @Option(help: "Minutes of a long run that watches memory, instead of single faults.")
  var soak: Int?

  @Option(help: "The folder for what failed, and for the report.")
  var evidence = ".chaos"

  @Flag(help: "Keep the logs of every round, also where nothing was wrong.")
  var keep = false

  @Flag(help: "List the faults and end.")
  var list = false

  func run() async throws {
    if list { return print(Fault.all.map { "\($0.name)  \($0.title)" }.joined(separator: "\n")) }
    let orders = try orders()
    let times = try leaseTimes()
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let isSurvived = try await withThrowingTaskGroup(of: Bool?.self) { group in
      group.addTask { try await survive(orders, times) }
      // Whoever interrupts it is not to find its servers still running.
      group.addTask {
        for await _ in signals { return false }
        return nil
      }
      let first = try await group.next() ?? nil
      group.cancelAll()
      return first ?? false
    }
    if !isSurvived { throw ExitCode(1) }
  }

  private func survive(_ orders: [Campaign.Order], _ times: LeaseTimes) async throws -> Bool {
    try await LocalInfrastructure.run { infrastructure in
      let cluster = try await infrastructure.cluster()
      let kubernetes = try await KubernetesCluster.prepare(kubeconfig: infrastructure.kubeconfig)
      var settings = SceneSettings(binary: binary, seed: seed)
      settings.migrations = migrations
      settings.leaseTimes = times
      settings.keepsLogs = keep
      let report = ChaosReport(
        folder: evidence,
        world: "Citus: \(cluster.kind.rawValue) \(cluster.citusVersion), PostgreSQL \(cluster.postgresVersion); "
          + "seed \(seed); \(migrations) migrations a round; Leases \(times)")
      try report.begin()
      let campaign = Campaign(
        settings, infrastructure: infrastructure, cluster: cluster, kubernetes: kubernetes, evidence: evidence
      ) { report.say($0) }
      if let soak { return try await report.run(Soak(campaign, length: .seconds(60 * soak))) }
      return try await report.run(campaign, orders)
    }
  }

  private func orders() throws -> [Campaign.Order] {
    guard let faults else { return Fault.all.map { Campaign.Order($0, times: times) } }
    return try faults.split(separator: ",").map { word in
      let parts = word.split(separator: "=", maxSplits: 1)
      guard let fault = Fault.all.first(where: { $0.name == parts.first ?? "" }) else {
        throw ValidationError("there is no fault '\(word)'; --list names them all")
      }
      guard let count = parts.count > 1 ? Int(parts[1]) : times, count > 0 else {
        throw ValidationError("'\(word)' does not say how often")
      }
      return Campaign.Order(fault, times: count)
    }
  }

  private func leaseTimes() throws -> LeaseTimes {
    func duration(_ text: String) throws -> Duration {
      guard let duration = DurationText.parse(text) else {
        throw ValidationError("'\(text)' is no duration; write it as 15s or 500ms")
      }
      return duration
    }
    return LeaseTimes(
      duration: try duration(leaseDuration), renewDeadline: try duration(renewDeadline),
      retryPeriod: try duration(retryPeriod))
  }
}
