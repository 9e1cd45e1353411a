import ArgumentParser
@testable import Commands
import Kubernetes
import Logging
import Operations
import Testing

@Suite("whimbrel controller")
struct ControllerCommandTests {
  private func parse(_ arguments: String...) throws -> ControllerCommand {
    try #require(try WhimbrelCommand.parseAsRoot(["controller"] + arguments) as? ControllerCommand)
  }

  @Test("without options it serves all namespaces with the documented defaults")
  func defaults() throws {
    let command = try parse()
    #expect(command.kubeconfig == nil && command.context == nil && command.namespace == nil)
    #expect(command.leaseNamespace == nil && command.migrationsRoot == nil)
    #expect(command.gitCache == nil && command.gitCacheSize == 1024)
    #expect(command.concurrency == 8)
    #expect(command.concurrencyPerTarget == 4)
    #expect(command.drainTimeout == 30)
    #expect(command.operationsAddress.value?.description == "0.0.0.0:8080")
    #expect(command.election.leaderElectName == "whimbrel-leader")
    #expect(try command.election.timings == .standard)
    #expect(command.election.shards == 1)
    #expect(command.log.logLevel == .info && command.log.logFormat == .text)
  }

  @Test("every option is understood")
  func options() throws {
    let command = try parse(
      "--kubeconfig", "k", "--context", "c", "--namespace", "n", "--lease-namespace=l", "--migrations-root", "/m",
      "--git-cache", "/g", "--git-cache-size", "64", "--concurrency", "4", "--concurrency-per-target", "2",
      "--drain-timeout", "60", "--log-level", "debug",
      "--log-format", "json", "--operations-address", "[::1]:9090", "--leader-elect-name", "a.b-1",
      "--leader-elect-lease-duration", "1m30s", "--leader-elect-renew-deadline=20s",
      "--leader-elect-retry-period", "500ms", "--shards", "7")
    #expect(command.kubeconfig == "k")
    #expect(command.context == "c")
    #expect(command.namespace == "n")
    #expect(command.leaseNamespace == "l")
    #expect(command.migrationsRoot == "/m")
    #expect(command.gitCache == "/g" && command.gitCacheSize == 64)
    #expect(command.concurrency == 4)
    #expect(command.concurrencyPerTarget == 2)
    #expect(command.drainTimeout == 60)
    #expect(command.operationsAddress.value?.description == "[::1]:9090")
    #expect(command.election.leaderElectName == "a.b-1" && command.election.shards == 7)
    let timings = try command.election.timings
    #expect(timings.duration == .seconds(90) && timings.renewDeadline == .seconds(20))
    #expect(timings.retryPeriod == .milliseconds(500))
    #expect(command.log.logLevel == .debug && command.log.logFormat == .json)
  }

  @Test(
    "an empty address turns the operations endpoint off, behind an equals sign, too",
    arguments: [["--operations-address", ""], ["--operations-address="]])
  func noOperations(arguments: [String]) throws {
    let command = try WhimbrelCommand.parseAsRoot(["controller"] + Process.separatingEmptyValues(arguments))
    #expect(try #require(command as? ControllerCommand).operationsAddress.value == nil)
  }

  @Test("only an option without anything behind its equals sign has an empty value")
  func emptyValues() {
    let others = ["wait", "a=", "--", "--context=a=", "--for=version=1", "-n=", "=", "--log-level", "x="]
    #expect(Process.separatingEmptyValues(others) == others)
  }

  @Test(
    "times of the election that do not fit together are refused, with the options to change",
    arguments: [
      ["--leader-elect-lease-duration", "10s"], ["--leader-elect-renew-deadline", "15s"],
      ["--leader-elect-retry-period", "9s"], ["--leader-elect-retry-period", "0s"],
    ])
  func badTimings(arguments: [String]) {
    let error = #expect(throws: (any Error).self) { try WhimbrelCommand.parseAsRoot(["controller"] + arguments) }
    guard let error else { return }
    let text = WhimbrelCommand.fullMessage(for: error)
    for option in ["lease-duration", "renew-deadline", "retry-period"] {
      #expect(text.contains("--leader-elect-\(option)"), "\(text)")
    }
  }

  @Test(
    "numbers are accepted within their bounds",
    arguments: [
      ("--concurrency", 1), ("--concurrency", 1000), ("--concurrency-per-target", 1), ("--drain-timeout", 1),
      ("--drain-timeout", 3600), ("--shards", 1), ("--shards", 64),
    ])
  func bounds(option: String, value: Int) throws {
    _ = try parse(option, "\(value)")
  }

  @Test(
    "anything out of bounds or unknown ends with exit code 64 and a text that names the option",
    arguments: [
      ["--concurrency", "0"], ["--concurrency", "1001"], ["--concurrency=-1"], ["--concurrency", "many"],
      ["--drain-timeout", "0"], ["--drain-timeout", "3601"], ["--log-level", "loud"], ["--log-format", "xml"],
      ["--concurrency-per-target", "0"], ["--operations-address", "8080"], ["--leader-elect-lease-duration", "15"],
      ["--leader-elect-name", "Whimbrel"], ["--leader-elect-name", ""], ["--leader-elect-name=-a"],
      ["--nonsense"], ["--shards", "0"], ["--shards", "65"],
      ["--leader-elect-name", String(repeating: "a", count: 237), "--shards", "2"],
      ["--concurrency", "99999999999999999999"], ["--kubeconfig"],
    ])
  func refusals(arguments: [String]) {
    let error = #expect(throws: (any Error).self) {
      try WhimbrelCommand.parseAsRoot(["controller"] + arguments)
    }
    guard let error else { return }
    #expect(WhimbrelCommand.exitCode(for: error) == .validationFailure)
    #expect(WhimbrelCommand.exitCode(for: error).rawValue == 64)
    let option = arguments[0].split(separator: "=")[0]
    #expect(WhimbrelCommand.fullMessage(for: error).contains(option))
  }

  @Test(
    "an unknown command and an argument too many end with exit code 64", arguments: [["fly"], ["controller", "x"]])
  func unknown(arguments: [String]) {
    let error = #expect(throws: (any Error).self) { try WhimbrelCommand.parseAsRoot(arguments) }
    #expect(error.map { WhimbrelCommand.exitCode(for: $0).rawValue } == 64)
  }

  @Test("help and version end with exit code 0", arguments: [["--help"], ["controller", "--help"], ["--version"]])
  func helpEndsWell(arguments: [String]) {
    do {
      _ = try WhimbrelCommand.parseAsRoot(arguments)
    } catch {
      #expect(WhimbrelCommand.exitCode(for: error) == .success)
      return
    }
    // `--help` of the root is a command of its own that prints when it runs.
  }

  @Test("the help names every option with its bounds, and where the configuration comes from")
  func help() {
    let text = WhimbrelCommand.helpMessage(for: ControllerCommand.self, columns: 200)
    let parts = [
      "--kubeconfig", "--context", "--namespace", "--lease-namespace", "--migrations-root", "--git-cache",
      "--git-cache-size", "--concurrency",
      "--concurrency-per-target", "--drain-timeout", "--operations-address", "--leader-elect-name",
      "--leader-elect-lease-duration", "--leader-elect-renew-deadline", "--leader-elect-retry-period", "--log-level",
      "--shards", "1 to 64",
      "--log-format", "15s", "0.0.0.0:8080", "1 to 1000", "1 to 3600", "KUBECONFIG", "SIGTERM",
    ]
    for part in parts { #expect(text.contains(part), "\(part)") }
    #expect(WhimbrelCommand.helpMessage(columns: 200).contains("controller"))
  }

  @Test("the exit code of a missing connection to Kubernetes is 2")
  func noConnection() async throws {
    let command = try parse("--kubeconfig", "/nonexistent/kubeconfig")
    await #expect(throws: ExitCode(2)) { try await command.run() }
  }

  @Test("every level of the log has its counterpart")
  func levels() {
    #expect(LogLevel.allCases.map(\.level.rawValue) == LogLevel.allCases.map(\.rawValue))
  }

  @Test("no two processes have the same identity")
  func identity() {
    let identities = Set((0..<100).map { _ in ProcessEnvironment.uniqueIdentity })
    #expect(identities.count == 100)
    #expect(identities.allSatisfy { $0.contains("_") && $0.utf8.count < 300 })
    #expect(ProcessEnvironment.all["PATH"] != nil)
  }
}
