extension Workload.Migration {
  init(_ version: Int, _ kind: Workload.Kind, indexes: [String]) {
    self.version = version
    self.kind = kind
    let digits = String(version)
    script = "V\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)__\(kind.rawValue).sql"
    index = kind == .index ? "placed_\(version)" : nil
    droppedIndex = kind == .indexDrop ? indexes.first : nil
    tally = kind == .rows || kind == .backfill ? 1 : 0
    parts =
      switch kind {
      case .foundation, .table, .column, .rows: 1
      case .index, .indexDrop: 2
      case .backfill: 3
      }
    text = Self.text(version, kind, droppedIndex: droppedIndex)
  }

  private static func text(_ version: Int, _ kind: Workload.Kind, droppedIndex: String?) -> String {
    switch kind {
    case .foundation: foundation
    case .table:
      """
      CREATE TABLE thing_\(version) (tenant_id bigint NOT NULL, id bigint, PRIMARY KEY (tenant_id, id));
      \(version % 3 == 0 ? "SELECT create_distributed_table('thing_\(version)', 'tenant_id');" : "")
      INSERT INTO thing_\(version) VALUES (\(version), 1);
      INSERT INTO ledger (version, part) VALUES (\(version), 1);
      """
    case .column:
      """
      ALTER TABLE bets ADD COLUMN extra_\(version) integer;
      INSERT INTO ledger (version, part) VALUES (\(version), 1);
      """
    case .rows:
      """
      UPDATE bets SET stake = stake + 1 WHERE tenant_id = \(version % 64);
      UPDATE tally SET n = n + 1;
      INSERT INTO ledger (version, part) SELECT \(version), 1 FROM pg_sleep(0.03);
      """
    case .index:
      """
      INSERT INTO ledger (version, part) VALUES (\(version), 1);
      CREATE INDEX CONCURRENTLY placed_\(version) ON bets (placed_at, stake, bet_id);
      INSERT INTO ledger (version, part) VALUES (\(version), 2);
      """
    case .indexDrop:
      """
      INSERT INTO ledger (version, part) VALUES (\(version), 1);
      DROP INDEX CONCURRENTLY \(droppedIndex ?? "none");
      INSERT INTO ledger (version, part) VALUES (\(version), 2);
      """
    case .backfill:
      """
      INSERT INTO ledger (version, part) VALUES (\(version), 1);
      UPDATE tally SET n = n + 1;
      INSERT INTO ledger (version, part) SELECT \(version), 2 FROM pg_sleep(0.06);
      UPDATE bets SET stake = stake + 1 WHERE tenant_id = \(version % 64);
      INSERT INTO ledger (version, part) SELECT \(version), 3 FROM pg_sleep(0.03);
      """
    }
  }

  private static let foundation = """
    CREATE TABLE ledger (
      version integer NOT NULL, part integer NOT NULL,
      session text NOT NULL DEFAULT format('%s/%s', pg_backend_pid(), inet_client_port()),
      at timestamptz NOT NULL DEFAULT clock_timestamp());
    CREATE TABLE tally (n integer NOT NULL);
    INSERT INTO tally VALUES (0);
    CREATE TABLE bets (
      tenant_id bigint, bet_id bigint, stake integer NOT NULL DEFAULT 0, placed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, bet_id));
    SELECT create_distributed_table('bets', 'tenant_id', shard_count => 4);
    INSERT INTO bets (tenant_id, bet_id) SELECT number % 64, number FROM generate_series(1, 4000) number;
    INSERT INTO ledger (version, part) VALUES (1, 1);
    """
}
