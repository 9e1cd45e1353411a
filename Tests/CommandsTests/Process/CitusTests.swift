import Postgres
import Support
import TestSupport
import Testing

/// The binary on a Citus cluster.
@Suite(
  .enabled(if: CitusCluster.isAvailable, Comment(rawValue: CitusCluster.unavailableReason ?? "")),
  .enabled(if: WhimbrelProcess.missing == nil, Comment(rawValue: WhimbrelProcess.missing ?? "")),
  .timeLimit(.minutes(5)))
struct CitusTests {
  @Test("the example directory is applied, concurrent index and all, and is valid afterwards")
  func example() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let parameters = database.parameters()
      try await WhimbrelProcess.withDatabase([:]) { process in
        var whimbrel = process
        whimbrel.environment = [
          "FLYWAY_URL":
            "jdbc:postgresql://\(parameters.host):\(parameters.port)/\(parameters.database)?sslmode=require",
          "FLYWAY_PASSWORD": parameters.password?.reveal() ?? "",
          "FLYWAY_LOCATIONS": "filesystem:\(Checkout.path)/examples/betting-platform/infra/db/migrations",
        ]
        let run = try await whimbrel.run(["migrate", "info", "validate"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("Successfully applied 12 migrations to schema \"public\""), "\(run.output)")
        #expect(run.output.contains("Successfully validated 12 migrations"))
        #expect(run.errors.contains("\"20251120100000 - add bet events time index\" [non-transactional]"))
        let invalid = try await database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid")
        #expect(invalid == "0")
        let again = try await whimbrel.run(["migrate"])
        #expect(again.status == 0 && again.output.contains("is up to date. No migration necessary."))
      }
    }
  }
}
