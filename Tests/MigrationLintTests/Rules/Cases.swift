import MigrationCore
import MigrationLint
import Testing

/// What one rule says of a script that runs behind a first one, as lines of the script; the first one makes `users`, and
/// distributed tables `bets` and `accounts`, and the reference table `sports`.
struct RuleCase: Sendable, CustomTestStringConvertible {
  let sql: String
  /// Lines on which the rule finds something; a line that holds two findings stands there twice.
  let lines: [Int]

  init(_ sql: String, _ lines: Int...) {
    self.sql = sql
    self.lines = lines
  }

  var testDescription: String { sql }

  static let basis = """
    CREATE TABLE users (id bigserial PRIMARY KEY, name varchar(20), raw text, at timestamptz, enabled boolean NOT NULL DEFAULT true);
    CREATE TABLE bets (
      tenant_id bigint NOT NULL, bet_id bigserial, account_id bigint, first text, last text, at timestamptz, day date,
      note text NOT NULL DEFAULT '', PRIMARY KEY (tenant_id, bet_id)
    );
    SELECT create_distributed_table('bets', 'tenant_id');
    CREATE TABLE accounts (tenant_id bigint NOT NULL, account_id bigint, PRIMARY KEY (tenant_id, account_id));
    SELECT create_distributed_table('accounts', 'tenant_id', colocate_with => 'bets');
    CREATE TABLE sports (code text PRIMARY KEY, label text);
    SELECT create_reference_table('sports');
    CREATE SEQUENCE tickets;
    CREATE TABLE logs (tenant_id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    SELECT create_distributed_table('logs', 'tenant_id');
    """

  /// The lines that a rule finds in the script.
  func found(by rule: String, name: String = "V2__change_things.sql", settings: LintSettings = LintSettings()) -> [Int]
  {
    Linting.run([("V1__add_basis.sql", Self.basis), (name, sql)], settings: settings).findings
      .filter { $0.rule == rule && $0.path == name }.map(\.start.line)
  }
}
