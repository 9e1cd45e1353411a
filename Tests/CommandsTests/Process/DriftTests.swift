import Postgres
import Support
import TestSupport
import Testing

/// `whimbrel drift` on a real server.
@Suite(
  .enabled(if: WhimbrelProcess.missing == nil, Comment(rawValue: WhimbrelProcess.missing ?? "")),
  .timeLimit(.minutes(5)))
struct DriftTests {
  private static let scripts = ["V1__bets.sql": "CREATE TABLE bets (id bigint PRIMARY KEY, note text DEFAULT 'none');"]

  private func change(_ sql: String, _ process: WhimbrelProcess) async throws {
    let connection = try await process.connect()
    _ = try await connection.execute(sql)
    await connection.close()
  }

  @Test("compares with a file that it has written: nothing first, then what was changed by hand, by name")
  func file() async throws {
    try await WhimbrelProcess.withDatabase(Self.scripts) { whimbrel in
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      let saved = try await whimbrel.run(["drift", "--save", "before.drift"])
      #expect(saved.status == 0, "\(saved.errors)")
      #expect(saved.output.contains("There is no baseline") && saved.output.contains(" objects to before.drift"))
      let same = try await whimbrel.run(["drift", "--baseline=before.drift"])
      #expect(same.status == 0 && same.output.hasPrefix("No drift: "), "\(same.output)\(same.errors)")

      try await change("ALTER TABLE bets ALTER COLUMN note TYPE varchar(20), ADD COLUMN tmp_a int", whimbrel)
      try await change("ALTER TABLE bets ALTER COLUMN note SET DEFAULT 'hunter2'", whimbrel)
      let found = try await whimbrel.run([
        "drift", "--baseline", "before.drift", "--ignore", "column/public.bets.tmp_*",
      ])
      #expect(found.status == 2)
      let row = found.output.split(separator: "\n").dropFirst(3).first.map(String.init) ?? ""
      let cells = row.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
      #expect(cells.first == "column" && cells.dropFirst().first == "public.bets.note")
      #expect(cells.contains { $0.hasPrefix("default #") && $0.hasSuffix(", type text") }, "\(cells)")
      #expect(cells.contains { $0.hasSuffix(", type character varying(20)") })
      #expect(found.output.hasSuffix("Drift: 1 object differs\n") && !found.output.contains("hunter2"))

      let json = try await whimbrel.run(["drift", "--baseline", "before.drift", "--output", "json"])
      #expect(json.status == 2)
      for text in [
        "\"operation\": \"drift\"", "\"isDrifted\": true", "\"name\": \"public.bets.tmp_a\"",
        "\"change\": \"Unexpected\"", "\"baseline\": \"before.drift\"",
      ] { #expect(json.output.contains(text), "\(text): \(json.output)") }
    }
  }

  @Test("without a baseline it compares the scripts, and with one the history, too")
  func scripts() async throws {
    try await WhimbrelProcess.withDatabase(Self.scripts) { whimbrel in
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      #expect(try await whimbrel.run(["drift", "--save", "b"]).status == 0)
      try whimbrel.write(["V1__bets.sql": "CREATE TABLE bets (id int);"])
      let edited = try await whimbrel.run(["drift"])
      #expect(edited.status == 2 && edited.output.contains("| script | V1__bets.sql"), "\(edited.output)")
      try whimbrel.write(Self.scripts)
      try await change("UPDATE flyway_schema_history SET checksum = 5", whimbrel)
      let history = try await whimbrel.run(["drift", "--baseline", "b"])
      #expect(history.output.contains("| history | 1 ") && history.output.contains("checksum 5"), "\(history.output)")
      #expect(history.output.contains("Drift: 2 objects differ"))
    }
  }

  @Test("what cannot be compared is an error, never no drift")
  func errors() async throws {
    try await WhimbrelProcess.withDatabase(Self.scripts) { whimbrel in
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      let absent = try await whimbrel.run(["drift", "--baseline", "nowhere"])
      #expect(absent.status == 1 && absent.errors.contains("nowhere is not there"))
      try whimbrel.folder.write("whimbrel-drift\t0\t\t15\n", to: "old")
      let old = try await whimbrel.run(["drift", "--baseline", "old"])
      #expect(old.status == 1 && old.errors.contains("is no baseline of this version"))
      try whimbrel.folder.write("whimbrel-drift\t1\t\t9", to: "other")
      let other = try await whimbrel.run(["drift", "--baseline", "other"])
      #expect(other.status == 1 && other.errors.contains("Not everything could be compared"), "\(other.errors)")
      let unwritable = try await whimbrel.run(["drift", "--save", "no/where"])
      #expect(unwritable.status == 1 && unwritable.errors.contains("cannot be made"))
      let stray = try await whimbrel.run(["info", "--save", "x"])
      #expect(stray.status == 1 && stray.errors.contains("are for drift"))
      let pattern = try await whimbrel.run(["drift", "--ignore", "tmp"])
      #expect(pattern.status == 1 && pattern.errors.contains("Write kind/name"))
    }
  }

  @Test(
    "a column that was added on one shard is found, and a baseline of the database is compared with",
    .enabled(if: CitusCluster.isAvailable, Comment(rawValue: CitusCluster.unavailableReason ?? "")))
  func shard() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let parameters = database.parameters()
      try await WhimbrelProcess.withDatabase([
        "V1__bets.sql": """
        CREATE TABLE bets (tenant_id bigint PRIMARY KEY);
        SELECT create_distributed_table('bets', 'tenant_id', shard_count := 4);
        """
      ]) { process in
        var whimbrel = process
        whimbrel.environment = [
          "FLYWAY_URL":
            "jdbc:postgresql://\(parameters.host):\(parameters.port)/\(parameters.database)?sslmode=require",
          "FLYWAY_PASSWORD": parameters.password?.reveal() ?? "",
        ]
        #expect(try await whimbrel.run(["migrate"]).status == 0)
        let clean = try await whimbrel.run(["drift"])
        #expect(clean.status == 0 && clean.output.contains(", 4 shard placements"), "\(clean.output)\(clean.errors)")
        let number = try await database.value("SELECT min(shardid) FROM pg_dist_shard") ?? ""
        let port =
          try await database.value(
            "SELECT nodeport FROM pg_dist_shard_placement ORDER BY shardid LIMIT 1") ?? ""
        let part = database.cluster.port(of: .worker1) == Int(port) ? CitusCluster.Part.worker1 : .worker2
        let worker = try await database.connect(on: part)
        for sql in database.cluster.kind == .real
          ? ["SET citus.enable_manual_changes_to_shards = on", "SET citus.enable_ddl_propagation = off"]
          : ["SET application_name = 'citus_internal gpid=0'"]
        { _ = try await worker.execute(sql) }
        _ = try await worker.execute("ALTER TABLE bets_\(number) ADD COLUMN stray integer")
        await worker.close()
        let found = try await whimbrel.run(["drift"])
        #expect(found.status == 2)
        #expect(found.output.contains("public.bets.stray") && found.output.contains(":\(port) shard \(number)"))
      }
    }
  }
}
