internal import FoundationEssentials
internal import TestSupport

/// Where a round writes its logs, and where everything about it is kept if it failed.
package struct EvidenceFolder: Sendable {
  /// Where it is.
  package let path: String

  /// Makes the folder, empty: replicas are told apart by what their logs say, so an earlier run's must not be there.
  package init(_ path: String) throws {
    self.path = path
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    try TextFile.makeFolder(path)
  }

  /// Takes it away: nothing happened that anybody wants to read.
  package func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Writes down what a scene looks like now, as far as it can be asked.
  func keep(_ scene: Scene, _ result: Round.Result) async {
    let problems = result.records.map(\.line) + result.findings.map(\.description)
    write("findings.txt", problems.joined(separator: "\n") + "\n")
    let questions = [
      "ledger.txt": "SELECT * FROM ledger ORDER BY at",
      "history.txt": "SELECT * FROM flyway_schema_history ORDER BY installed_rank",
      "activity.txt": """
      SELECT pid, backend_start, application_name, state, wait_event_type, wait_event, query
      FROM pg_stat_activity WHERE datname = current_database()
      """,
      "locks.txt": "SELECT * FROM pg_locks WHERE locktype = 'advisory'",
    ]
    for (name, sql) in questions.sorted(by: { $0.key < $1.key }) {
      let lines = (try? await scene.database.lines(sql)) ?? ["the database could not be asked"]
      write(name, lines.joined(separator: "\n") + "\n")
    }
    for (name, what) in [("resource.yaml", "cmig"), ("leases.yaml", "leases"), ("events.yaml", "events")] {
      write(name, (try? await scene.kubectl("get", what, "-o", "yaml")) ?? "the API server could not be asked\n")
    }
  }

  private func write(_ name: String, _ text: String) {
    do { try TextFile.write(text, to: "\(path)/\(name)") } catch { print("cannot write \(path)/\(name): \(error)") }
  }
}
