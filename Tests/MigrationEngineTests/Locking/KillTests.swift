import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite("Sessions killed at random", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct KillTests {
  private static let count = 80

  // The stand-in commits on the workers a moment before the coordinator does, without the two phases of real Citus: a
  // kill in that moment parts them. There the migrations keep to the coordinator.
  private static func scripts(_ kind: CitusCluster.Kind) -> [ScriptFile] {
    var first = "CREATE TABLE hits (n int); CREATE TABLE d (a int);"
    if kind == .real { first += " SELECT create_distributed_table('d', 'a', shard_count := 2)" }
    let rest = (1...count).map { number in
      (
        "V\(number)__n.sql",
        "INSERT INTO hits VALUES (\(number)); SELECT pg_sleep(0.01); ALTER TABLE d ADD c\(number) int; INSERT INTO d (a) VALUES (\(number));"
      )
    }
    return ([("V0__t.sql", first)] + rest).map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }
  }

  @Test("thirty times, with reruns: each migration is applied exactly once, and all are recorded")
  func kills() async throws {
    try await CitusCluster.shared().withDatabase { database in
      var request = RunRequest(
        scripts: .resolve(Self.scripts(database.cluster.kind), settings: .tests), settings: .tests,
        execution: ExecutionSettings())
      let killer = try await database.connect()
      var kills = 0
      var outcomes: [String: Int] = [:]
      for round in 0..<30 {
        let (name, events) = ("victim-\(round)", Events())
        request.report = events.take
        async let outcome = Self.attempt(request, name, database)
        // Between the plan and the second migration, at any moment.
        let target = Int.random(in: 1...4)
        let deadline = ContinuousClock.now + .seconds(5)
        while events.all.count < target, events.all != ["planned 0"], ContinuousClock.now < deadline {
          try await Task.sleep(for: .milliseconds(1))
        }
        try await Task.sleep(for: .microseconds(Int.random(in: 0..<5_000)))
        kills += try await killer.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '\(name)'"
        ).rows.count
        outcomes[await outcome, default: 0] += 1
      }
      await killer.close()
      request.report = { _ in }
      var last = ""
      for round in 30..<90 where last != "done" {
        last = await Self.attempt(request, "last-\(round)", database)
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(last == "done")
      print("killed \(kills) of 30 sessions; outcomes: \(outcomes.sorted { $0.key < $1.key })")
      #expect(kills >= 10)
      #expect(try await database.history() == (0...Self.count).map { "\($0)|V\($0)__\($0 == 0 ? "t" : "n").sql|t" })
      let hits = try await database.lines("SELECT n FROM hits ORDER BY n")
      #expect(hits == (1...Self.count).map(String.init))
      #expect(try await database.lines("SELECT a FROM d ORDER BY a") == (1...Self.count).map(String.init))
    }
  }

  private static func attempt(_ request: RunRequest, _ name: String, _ database: CitusDatabase) async -> String {
    do {
      _ = try await database.migrate(request, applicationName: name)
      return "done"
    } catch let error as EngineError {
      // Whatever a killed session looks like, it must be something that passes.
      if !error.isTransient { Issue.record("\(error.code): \(error.message)") }
      return "\(error.code)"
    } catch {
      Issue.record(error)
      return "\(error)"
    }
  }
}
