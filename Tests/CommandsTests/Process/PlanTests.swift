@testable import Commands
import FoundationEssentials
import TestSupport
import Testing

/// What `plan` says of effects, on a real server.
@Suite(
  .enabled(if: WhimbrelProcess.missing == nil, Comment(rawValue: WhimbrelProcess.missing ?? "")),
  .timeLimit(.minutes(5)))
struct PlanTests {
  private struct Plan: Decodable {
    struct Own: Decodable { let effects: Effects }
    struct Effects: Decodable {
      let source: String, reason: String?, isRefused: Bool, steps: [Step]
    }
    struct Step: Decodable { let script: String, statements: [Statement] }
    struct Statement: Decodable { let line: Int, verb: String, isObserved: Bool, tables: [Table] }
    struct Table: Decodable, Equatable {
      let table: String, exists: Bool, bytes: Int?, lock: String?, isRewritten: Bool, isScanned: Bool
    }
    let whimbrel: Own
  }

  private static let base = """
    CREATE TABLE owners (id bigint PRIMARY KEY);
    CREATE TABLE filled (id bigint PRIMARY KEY, owner bigint, note text, amount int);
    CREATE TABLE parts (at date NOT NULL, a int) PARTITION BY RANGE (at);
    CREATE TABLE loose (at date NOT NULL, a int);
    ALTER TABLE filled ADD CONSTRAINT unchecked CHECK (amount > 0) NOT VALID;
    CREATE INDEX filled_note ON filled (note);
    CREATE TABLE summed (amount int);
    CREATE MATERIALIZED VIEW sums AS SELECT sum(amount) FROM summed;
    CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    """

  private static let statements = [
    "ALTER TABLE filled ADD COLUMN a int", "ALTER TABLE filled ADD COLUMN a int NOT NULL DEFAULT 1",
    "ALTER TABLE filled ADD COLUMN a uuid DEFAULT gen_random_uuid()", "ALTER TABLE filled ADD COLUMN a bigserial",
    "ALTER TABLE filled ADD COLUMN a int GENERATED ALWAYS AS (amount + 1) STORED",
    "ALTER TABLE filled DROP COLUMN note", "ALTER TABLE filled ALTER COLUMN amount SET NOT NULL",
    "ALTER TABLE filled ALTER COLUMN amount TYPE bigint", "ALTER TABLE filled ALTER COLUMN amount SET DEFAULT 1",
    "ALTER TABLE filled ADD CONSTRAINT c CHECK (amount > 0)",
    "ALTER TABLE filled ADD CONSTRAINT c CHECK (amount > 0) NOT VALID",
    "ALTER TABLE filled VALIDATE CONSTRAINT unchecked", "ALTER TABLE filled DROP CONSTRAINT unchecked",
    "ALTER TABLE filled ADD CONSTRAINT u UNIQUE (owner)",
    "ALTER TABLE filled ADD CONSTRAINT f FOREIGN KEY (owner) REFERENCES owners (id) NOT VALID",
    "ALTER TABLE filled RENAME COLUMN note TO text", "ALTER TABLE filled SET (fillfactor = 70)",
    "ALTER TABLE filled SET UNLOGGED", "ALTER TABLE filled OWNER TO CURRENT_USER",
    "ALTER TABLE filled DISABLE TRIGGER ALL", "CREATE INDEX ON filled (amount)",
    "CREATE TRIGGER t AFTER UPDATE ON filled EXECUTE FUNCTION nothing()",
    "CREATE RULE r AS ON DELETE TO filled DO INSTEAD NOTHING", "CREATE POLICY p ON filled USING (true)",
    "ALTER TABLE parts ATTACH PARTITION loose FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "DROP TABLE owners", "TRUNCATE filled", "LOCK TABLE filled", "INSERT INTO filled VALUES (1, 1, 'a', 1)",
    "UPDATE filled SET amount = 1", "DELETE FROM filled", "REINDEX TABLE filled",
    "REFRESH MATERIALIZED VIEW sums", "CLUSTER filled USING filled_note", "ANALYZE filled",
  ]

  private func plan(_ whimbrel: WhimbrelProcess, _ flags: [String] = []) async throws -> Plan.Effects {
    let run = try await whimbrel.run(["--output", "json", "plan"] + flags)
    #expect(run.status == 0, "\(run.errors)")
    return try JSONDecoder().decode(Plan.self, from: Data(run.output.utf8)).whimbrel.effects
  }

  @Test("the model and a real server agree on locks, rewrites and scans of each kind of statement")
  func agreement() async throws {
    // Each has tables of its own, and a transaction, so that its locks are its own.
    let numbers = Self.statements.indices
    let base = numbers.map { Self.numbered(Self.base, $0) }.joined(separator: "\n")
    try await WhimbrelProcess.withDatabase(["V1__base.sql": base]) { whimbrel in
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      for index in numbers {
        try whimbrel.write(["V\(index + 2)__one.sql": Self.numbered(Self.statements[index], index) + ";\n"])
      }
      let (seen, known) = (try await plan(whimbrel), try await plan(whimbrel, ["--scratch-database=false"]))
      #expect(seen.source == "scratchDatabase" && known.source == "model" && !seen.isRefused)
      for index in numbers {
        let statement = Self.statements[index]
        let (one, other) = (seen.steps[index].statements[0], known.steps[index].statements[0])
        #expect(one.isObserved && !other.isObserved, "\(statement)")
        let (strong, model) = (Self.strong(one.tables), Self.strong(other.tables))
        #expect(strong.mapValues(\.lock) == model.mapValues(\.lock), "\(statement)")
        for (name, table) in strong {
          if table.isRewritten { #expect(model[name]?.isRewritten == true, "\(statement)") }
          if table.isScanned { #expect(model[name]?.isScanned == true, "\(statement)") }
        }
      }
    }
  }

  private static func numbered(_ sql: String, _ number: Int) -> String {
    var sql = sql
    for name in ["owners", "filled", "parts", "loose", "summed", "sums", "nothing"] {
      sql = sql.split(separator: name, omittingEmptySubsequences: false).joined(separator: "\(name)\(number)")
    }
    return sql
  }

  /// What is only looked at, the text does not tell.
  private static func strong(_ tables: [Plan.Table]) -> [String: Plan.Table] {
    let weak = ["ACCESS SHARE", "ROW SHARE"]
    return Dictionary(tables.filter { !weak.contains($0.lock ?? "") }.map { ($0.table, $0) }) { first, _ in first }
  }

  @Test("a person reads sizes and who waits, a pull request gets Markdown that no name can break out of")
  func forms() async throws {
    let odd = "a|b<i>"
    try await WhimbrelProcess.withDatabase(["V1__base.sql": "CREATE TABLE \"\(odd)\" (id int);"]) { whimbrel in
      #expect(try await whimbrel.run(["migrate"]).status == 0)
      try whimbrel.write([
        "V2__more.sql": "ALTER TABLE \"\(odd)\" ADD COLUMN t uuid DEFAULT gen_random_uuid();\nSELECT nope;\n"
      ])
      let text = try await whimbrel.run(["plan"])
      #expect(text.output.contains("Tried in a scratch database on the coordinator"))
      #expect(
        text.output.contains("| public.\(odd) | 0 bytes | ACCESS EXCLUSIVE | read and write | all rewritten |"),
        "\(text.output)")
      #expect(text.output.contains("Refused: V2__more.sql, line 2: column \"nope\" does not exist [42703]"))
      #expect(text.errors.contains("Trying 1 pending migration in a scratch database"))
      let markdown = try await whimbrel.run(["plan", "--output", "markdown"])
      #expect(
        markdown.output.contains("| V2\\_\\_more.sql | 1 | ALTER TABLE | public.a\\|b&lt;i&gt; |"), "\(markdown.output)"
      )
      #expect(!markdown.output.contains("<i>"))
      #expect(
        try await whimbrel.run(["info", "--output", "markdown"]).errors.contains("--output markdown is for plan"))
      #expect(try await whimbrel.value("SELECT count(*) FROM pg_attribute WHERE attname = 't'") == "0")
    }
  }
}
