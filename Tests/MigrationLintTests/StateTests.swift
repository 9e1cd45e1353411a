import MigrationCore
import MigrationLint
import Testing

@Suite("What is known of the schema")
struct StateTests {
  private static let table = (
    name: "V1__add_bets.sql",
    text: """
    CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, note text, PRIMARY KEY (tenant_id, bet_id));
    SELECT create_distributed_table('bets', 'tenant_id');

    """
  )

  @Test("decides what a statement is worth: nothing waits for a table that the file itself creates")
  func newTables() {
    let index = "CREATE INDEX bets_note ON bets (tenant_id, note);\nALTER TABLE bets ALTER COLUMN note SET NOT NULL;\n"
    #expect(Linting.summary([(Self.table.name, Self.table.text + index)]) == [])
    #expect(
      Linting.summary([Self.table, ("V2__index_notes.sql", index)]) == [
        "V2__index_notes.sql:1 lock-index", "V2__index_notes.sql:2 lock-not-null",
      ])
  }

  @Test("comes from all files in the order of versions, whatever order they are given in")
  func order() {
    let files = [
      (name: "V10__drop_note.sql", text: "ALTER TABLE bets ALTER COLUMN tenant_id TYPE integer;"),
      (name: "R__view.sql", text: "CREATE OR REPLACE VIEW v AS SELECT 1;"), Self.table,
      (name: "V9__key.sql", text: "CREATE UNIQUE INDEX CONCURRENTLY k ON bets (note);"),
    ]
    let expected = [
      "V9__key.sql:1 cit-unique", "V10__drop_note.sql:1 cit-key-mutation",
    ]
    #expect(Linting.summary(files) == expected)
    #expect(Linting.summary(files.reversed()) == expected)
  }

  @Test("follows names: renamed, moved, quoted, with and without a schema")
  func names() {
    let change = """
      -- approve: nothing uses it yet
      ALTER TABLE bets RENAME TO wagers;
      -- approve: nothing uses it yet
      ALTER TABLE public.wagers RENAME COLUMN tenant_id TO tenant;
      -- approve: nothing uses it yet
      ALTER TABLE wagers SET SCHEMA games;
      CREATE TRIGGER t AFTER INSERT ON games."wagers" FOR EACH ROW EXECUTE FUNCTION f();
      UPDATE wagers SET tenant = 2 WHERE tenant = 1;
      """
    let found = Linting.summary([Self.table, ("V2__rename_bets.sql", change)])
    #expect(found.contains("V2__rename_bets.sql:7 cit-trigger"))
    #expect(found.contains("V2__rename_bets.sql:8 cit-key-mutation"))
  }

  @Test("may start from what a database holds")
  func seed() {
    var bets = TableState()
    bets.placement = .distributed(by: "tenant_id")
    bets.columns["tenant_id"] = TableState.Column(type: "bigint")
    let state = SchemaState(seed: [ObjectName(schema: "public", name: "bets"): bets])
    let file = LintFile(
      path: "V7__add_key.sql", bytes: Array("CREATE UNIQUE INDEX CONCURRENTLY k ON bets (bet_id);".utf8))
    #expect(Linter(seed: state).run([file]).findings.map(\.rule) == ["cit-unique"])
    #expect(Linter().run([file]).findings.map(\.rule) == [])
  }

  @Test("of tables that no script creates is nothing, and rules that need to know are silent")
  func unknown() {
    #expect(Linting.rules("CREATE TRIGGER t AFTER INSERT ON old FOR EACH ROW EXECUTE FUNCTION f();") == [])
    #expect(Linting.rules("CREATE INDEX i ON old (a);") == ["lock-index"])
  }

  @Test("is that behind the last version for undo scripts, which may drop what they take back")
  func undo() {
    let undo = (name: "U1__add_bets.sql", text: "DROP TABLE bets;")
    #expect(Linting.summary([Self.table, undo]) == [])
  }

  @Test("does not count what a baseline says, where the versions that it stands for are there")
  func baseline() {
    let baseline = (name: "B1__all.sql", text: Self.table.text)
    let trigger = (
      name: "V2__trigger.sql", text: "CREATE TRIGGER t AFTER INSERT ON bets FOR EACH ROW EXECUTE FUNCTION f();"
    )
    #expect(Linting.summary([Self.table, baseline, trigger]) == ["V2__trigger.sql:1 cit-trigger"])
    #expect(Linting.summary([baseline, trigger]) == ["V2__trigger.sql:1 cit-trigger"])
  }

  @Test("a partition of a distributed table is distributed, and distributing it is an error")
  func partitions() {
    let files = [
      (
        name: "V1__add_log.sql",
        text: """
        CREATE TABLE log (tenant_id bigint NOT NULL, day date NOT NULL, PRIMARY KEY (tenant_id, day)) PARTITION BY RANGE (day);
        SELECT create_distributed_table('log', 'tenant_id');
        CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        """
      ),
      (name: "V2__key.sql", text: "CREATE UNIQUE INDEX CONCURRENTLY k ON log_1 (day);"),
    ]
    #expect(Linting.summary(files) == ["V2__key.sql:1 cit-unique"])
  }

  @Test("placeholders are names, and nothing is held against them")
  func placeholders() {
    let sql = """
      CREATE TABLE ${schema}.bets (${tenant} bigint NOT NULL, bet_id bigint DEFAULT ${first}, PRIMARY KEY (${tenant}, bet_id));
      SELECT create_distributed_table('${schema}.bets', '${tenant}');
      CREATE INDEX ${schema}_i ON ${schema}.bets (${tenant}, bet_id);
      ${grants}
      """
    #expect(Linting.rules(sql).filter { $0 != "ten-reference" } == [])
    let finding = Linting.run([("V1__add_bets.sql", "DROP TABLE ${schema}.bets;")]).findings.first
    #expect(finding?.message.contains("`$schema.bets`") == true)
    var settings = LintSettings()
    settings.placeholderReplacement = false
    #expect(Linting.rules("SELECT $${x}$$;", settings: settings) == [])
  }

  @Test("names of columns and shapes of events are settings")
  func settings() {
    var settings = LintSettings()
    settings.tenantColumn = "company_id"
    settings.eventTables.pattern = "events_*"
    settings.eventTables.columns = ["payload"]
    let sql = """
      CREATE TABLE events_a (company_id bigint NOT NULL, idempotency_key uuid NOT NULL, UNIQUE (company_id, idempotency_key));
      SELECT create_distributed_table('events_a', 'company_id');
      """
    #expect(Linting.rules(sql, settings: settings) == ["ten-events"])
    settings.eventTables.pattern = ""
    #expect(Linting.rules(sql, settings: settings) == [])
    #expect(Linting.rules(sql).contains("ten-wrong-key"))
  }

  private static func live(_ bytes: Int64?) -> SchemaState {
    let name = ObjectName(schema: "public", name: "orders")
    let columns = [
      LiveRelation.Column(name: "tenant_id", type: "bigint", isNotNull: true),
      LiveRelation.Column(name: "age", type: "text", isNotNull: false),
    ]
    let orders = LiveRelation(name: name, placement: .distributed(by: "tenant_id"), columns: columns)
    return SchemaState(live: LiveCatalog(relations: [orders], sizes: bytes.map { [name: $0] } ?? [:]))
  }

  @Test(
    "what takes the longer the larger a table is weighs by the size that it has now",
    arguments: [
      (8 << 20, Level.info, "8192 kB"), ((8 << 20) + 1, .error, "8192 kB"), (212 << 30, .error, "212 GB"),
    ])
  func sizes(bytes: Int64, level: Level, text: String) {
    let file = LintFile(
      path: "V1__age_as_number.sql",
      bytes: Array("ALTER TABLE orders ALTER COLUMN age TYPE integer USING age::integer;".utf8))
    let findings = Linter(seed: Self.live(bytes)).run([file]).findings.filter { $0.rule == "lock-rewrite" }
    #expect(findings.map(\.level) == [level])
    #expect(findings.first?.message.hasSuffix(" It has \(text) now.") == true, "\(findings)")
    let unknown = Linter(seed: Self.live(nil)).run([file]).findings.filter { $0.rule == "lock-rewrite" }
    #expect(unknown.map(\.level) == [.error] && unknown.first?.message.contains("now") == false)
  }

  @Test("a size goes with its table when that is renamed, and says nothing of what Citus refuses")
  func renamed() {
    let sql = """
      ALTER TABLE orders RENAME TO sales;
      ALTER TABLE sales ALTER COLUMN age TYPE integer USING age::integer;
      ALTER TABLE sales ADD CONSTRAINT once UNIQUE (age);
      """
    let file = LintFile(path: "V1__rename.sql", bytes: Array(sql.utf8))
    let findings = Linter(seed: Self.live(100)).run([file]).findings
    #expect(findings.first { $0.rule == "lock-rewrite" }?.level == .info)
    #expect(findings.first { $0.rule == "cit-unique" }?.level == .error)
  }

  @Test("a table that no script creates is known by the catalog")
  func unknownTable() {
    let file = LintFile(
      path: "V1__index.sql", bytes: Array("CREATE UNIQUE INDEX CONCURRENTLY once ON orders (age);".utf8))
    #expect(Linter(seed: Self.live(nil)).run([file]).findings.contains { $0.rule == "cit-unique" })
    #expect(!Linter().run([file]).findings.contains { $0.rule == "cit-unique" })
  }
}
