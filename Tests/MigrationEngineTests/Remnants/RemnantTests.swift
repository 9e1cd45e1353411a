import MigrationEngine
import Postgres
import Support
import TestSupport
import Testing

@Suite(
  "What ended sessions leave on workers",
  .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct RemnantTests {
  private static let files: Files = ["V1__a.sql": "CREATE TABLE a (x int)"]

  // A session on a worker, at work for a process of the coordinator.
  private func worker(_ database: CitusDatabase, for process: Int) async throws -> PostgresConnection {
    let node = try await database.value("SELECT citus_backend_gpid() / 10000000000")
    let name = "citus_internal gpid=\((Int(node ?? "0") ?? 0) * 10_000_000_000 + process)"
    let worker = try await PostgresConnection.connect(database.parameters(on: .worker1, applicationName: name))
    // Never idle, whatever is asked meanwhile.
    _ = try await worker.execute("BEGIN")
    return worker
  }

  private func isOpen(_ connection: PostgresConnection) async -> Bool {
    do {
      _ = try await connection.execute("SELECT 1")
      return true
    } catch {
      return false
    }
  }

  private static func next(_ count: Guarded<Int>) -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }

  /// No process of this number can be there: the kernel's limit is 2^22.
  private static let dead = 9_999_999

  @Test("a worker's session for a dead one is ended before anything is applied")
  func ended() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let orphan = try await worker(database, for: Self.dead)
      #expect(try await database.migrate(Self.files) { $0.sleep = { _ in } }.applied == 1)
      #expect(await !isOpen(orphan))
      await orphan.close()
    }
  }

  @Test("one that ends by itself in time is only waited for, and one for a living session stays")
  func waited() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let living = try await database.connect()
      let kept = try await worker(database, for: Int(living.backendProcessIdentifier))
      let orphan = try await worker(database, for: Self.dead)
      let waits = Guarded(0)
      let summary = try await database.migrate(Self.files, settings: .tests) { request in
        request.sleep = { _ in
          guard Self.next(waits) == 2 else { return }
          _ = try await orphan.execute("COMMIT")
        }
      }
      #expect(summary.applied == 1 && waits.withLock { $0 } == 2)
      let (orphanIsOpen, keptIsOpen) = (await isOpen(orphan), await isOpen(kept))
      #expect(orphanIsOpen && keptIsOpen)
      for connection in [orphan, kept, living] { await connection.close() }
    }
  }

  @Test("after a cancel they are ended on demand, and counted")
  func onDemand() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let orphans = [try await worker(database, for: Self.dead), try await worker(database, for: Self.dead - 1)]
      #expect(try await database.withSession { try await $0.endRemnants() } == 2)
      for orphan in orphans {
        _ = try await eventually("it ends") { await isOpen(orphan) ? nil : true }
        await orphan.close()
      }
      #expect(try await database.withSession { try await $0.endRemnants() } == 0)
    }
  }

  @Test("a database without Citus has none")
  func withoutCitus() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("DROP EXTENSION citus CASCADE")
      #expect(try await database.withSession { try await $0.endRemnants() } == 0)
      #expect(try await database.migrate(Self.files).applied == 1)
    }
  }

  @Test("a prepared transaction of a dead session is waited for, and named where it stays")
  func prepared() async throws {
    try await CitusCluster.shared().withDatabase { database in
      guard try await database.value("SHOW max_prepared_transactions", on: .worker1) != "0" else { return }
      let gid = "citus_0_\(Self.dead)_1_1"
      let worker = try await database.connect(on: .worker1)
      for statement in ["BEGIN", "CREATE TABLE left_over (a int)", "PREPARE TRANSACTION '\(gid)'"] {
        _ = try await worker.execute(statement)
      }
      await worker.close()
      // Real Citus settles it when asked to; the stand-in has no such daemon.
      let isReal = database.cluster.kind == .real
      if !isReal {
        let error = try await database.failure(Self.files) { $0.sleep = { _ in } }
        #expect(error.code == .preparedTransactions && error.isTransient && error.message.contains(gid))
      }
      let waits = Guarded(0)
      let summary = try await database.migrate(Self.files, settings: .tests) { request in
        request.sleep = { _ in
          guard Self.next(waits) == 2, !isReal else { return }
          try await database.run("ROLLBACK PREPARED '\(gid)'", on: .worker1)
        }
      }
      #expect(summary.applied == 1)
      #expect(waits.withLock { $0 } >= 1)
    }
  }
}
