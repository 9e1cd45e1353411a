import Glibc
import Postgres
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"), .timeLimit(.minutes(5)))
struct CrowdTests {
  private static func entries(_ folder: String) -> Int {
    guard let listing = opendir(folder) else {
      return -1
    }
    defer { closedir(listing) }
    var count = 0
    while readdir(listing) != nil {
      count += 1
    }
    return count - 2
  }

  @Test("200 sessions that wait at once take few threads, and leave no descriptor behind")
  func crowd() async throws {
    let server = try await PostgresServer.start()
    try await PostgresConnection.connect(server.parameters()).close()
    let start = ContinuousClock.now
    let connections = try await withThrowingTaskGroup(of: PostgresConnection.self) { group in
      for _ in 0..<200 {
        group.addTask { try await PostgresConnection.connect(server.parameters()) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let connected = ContinuousClock.now
    var threads = 0
    try await withThrowingTaskGroup(of: Void.self) { group in
      for connection in connections {
        group.addTask { _ = try await connection.execute("SELECT pg_sleep(0.2)") }
      }
      for try await _ in group {
        threads = max(threads, Self.entries("/proc/self/task"))
      }
    }
    let slept = ContinuousClock.now
    let descriptors = Self.entries("/proc/self/fd")
    for connection in connections {
      await connection.close()
    }
    print("crowd: connected in \(connected - start), slept in \(slept - connected), at most \(threads) threads")
    #expect(threads > 0)
    // Other tests run beside this one, with helper threads of their own; 200 blocked threads would show.
    #expect(threads < 40)
    #expect(descriptors - Self.entries("/proc/self/fd") > 150)
  }
}
