internal import MigrationCore

/// What is compared of the tables of Citus between the coordinator and the shards: columns, constraints, indexes, triggers,
/// policies.
///
/// The same query serves both sides; on the shards names lose the shard's number.
///
/// A shard is made from the text of its table's catalog, and PostgreSQL may write an expression that it has read from
/// such a text in another way (casts within an array, parentheses). So expressions are compared without casts,
/// parentheses and blanks. Defaults are not compared: Citus computes them before a row reaches a shard.
enum ShardQuery {
  /// A digest for each shard that the node has, or the parts of some shards one by one.
  ///
  /// - Parameter only: the shards whose parts are wanted; nil for the digests of all.
  static func onNode(only shards: [Int64]? = nil) -> String {
    let condition = shards.map { " AND s.shardid IN (\($0.map(String.init).joined(separator: ", ")))" } ?? ""
    let items = """
      WITH item AS MATERIALIZED (
        SELECT s.shardid AS id, s.shardid, c.oid, c.relrowsecurity, c.relforcerowsecurity
        FROM pg_dist_placement p JOIN pg_dist_local_group g ON g.groupid = p.groupid
          JOIN pg_dist_shard s ON s.shardid = p.shardid JOIN pg_class t ON t.oid = s.logicalrelid
          JOIN pg_class c ON c.relnamespace = t.relnamespace
            AND substring(c.relname from '_([0-9]{1,18})$')::bigint = s.shardid
            AND starts_with(c.relname, left(t.relname, 10)) AND c.oid <> t.oid
        WHERE c.relkind IN ('r', 'p', 'f')\(condition)), part AS (\(parts(ofShards: true)))
      """
    let answer =
      shards == nil
      ? "SELECT string_agg(id || ' ' || digest, ',') FROM (\(digests)) d WHERE pinned.n > 0"
      : "SELECT string_agg(concat_ws(chr(31), id, kind, name, text), chr(30)) FROM part WHERE pinned.n > 0"
    return pinned("(\(items) \(answer))")
  }

  /// The same of the coordinator's own tables.
  static func onCoordinator(only tables: [String]? = nil) -> String {
    let condition = tables.map { " WHERE c.oid IN (\($0.joined(separator: ", ")))" } ?? ""
    let items = """
      WITH item AS MATERIALIZED (
        SELECT c.oid AS id, NULL::bigint AS shardid, c.oid, c.relrowsecurity, c.relforcerowsecurity
        FROM pg_dist_partition d JOIN pg_class c ON c.oid = d.logicalrelid\(condition)),
        part AS (\(parts(ofShards: false)))
      """
    return tables == nil ? "\(items) \(digests)" : "\(items) SELECT id::text, kind, name, text FROM part"
  }

  /// The parts as a node answers them: records between characters 30, their fields between characters 31.
  static func parts(_ answer: String) -> [Int64: [ShardComparison.Part]] {
    answer.split(separator: "\u{1E}").reduce(into: [:]) { parts, record in
      let fields = record.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4, let shard = Int64(fields[0]) else { return }
      parts[shard, default: []].append(ShardComparison.Part(kind: fields[1], name: fields[2], text: fields[3]))
    }
  }

  private static let digests = """
    SELECT id, left(encode(sha256(convert_to(string_agg(kind || ' ' || left(name, 10) || ' ' || text, ';'
      ORDER BY kind, left(name, 10) COLLATE "C", text COLLATE "C"), 'UTF8')), 'hex'), 16) AS digest
    FROM part GROUP BY id
    """

  // Settings decide on how the catalog reads; they are set before the rest is computed, since that refers to them.
  private static func pinned(_ expression: String) -> String {
    let calls = CatalogReading.textSettings.map { "length(set_config('\($0.name)', '\($0.value)', true))" }
    return "SELECT \(expression) FROM (SELECT 1 + \(calls.joined(separator: " + ")) AS n OFFSET 0) pinned"
  }

  // MARK: Parts

  // A name without the shard's number. Where it is too long for that, Citus shortens it: so only its start is compared.
  private static func plain(_ name: String, _ ofShards: Bool) -> String {
    ofShards ? "regexp_replace(\(name), '_' || item.shardid || '$', '')" : "\(name)::text"
  }

  private static func normal(_ expression: String) -> String {
    let cast = #"::("[^"]*"|[a-z0-9_.]+)( varying| precision| with(out)? time zone)*(\([0-9,]+\))?(\[\])*"#
    return "regexp_replace(regexp_replace(\(expression), \(SQLText.literal(cast)), '', 'g'), '[() ]', '', 'g')"
  }

  private static func hashed(_ expression: String) -> String {
    "left(encode(sha256(convert_to(\(normal(expression)), 'UTF8')), 'hex'), 16)"
  }

  private static func names(_ numbers: String, _ relation: String) -> String {
    """
    (SELECT string_agg(quote_ident(k.attname), ', ' ORDER BY u.place) FROM unnest(\(numbers)) WITH ORDINALITY u(number, place)
      JOIN pg_attribute k ON k.attrelid = \(relation) AND k.attnum = u.number)
    """
  }

  private static func parts(ofShards: Bool) -> String {
    [columns, security, constraints(ofShards), indexes(ofShards), triggers(ofShards), policies]
      .joined(separator: " UNION ALL ")
  }

  private static var columns: String {
    """
    SELECT item.id, 'column' AS kind, quote_ident(a.attname) AS name,
      concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
        \(CatalogQuery.collation("a.attcollation", "y.typcollation")),
        CASE WHEN a.attgenerated <> '' THEN 'generated #' || \(hashed("pg_get_expr(f.adbin, f.adrelid)")) END) AS text
    FROM item JOIN pg_attribute a ON a.attrelid = item.oid JOIN pg_type y ON y.oid = a.atttypid
      LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
    """
  }

  private static var security: String {
    """
    SELECT item.id, 'table', '', concat('row security ', CASE WHEN item.relforcerowsecurity THEN 'forced'
      WHEN item.relrowsecurity THEN 'on' ELSE 'off' END) FROM item
    """
  }

  // A foreign key goes to the shard of the other table; of its name the start is compared.
  private static func constraints(_ ofShards: Bool) -> String {
    let other = ofShards ? "regexp_replace(o.relname, '_[0-9]+$', '')" : "o.relname::text"
    return """
      SELECT item.id, 'constraint', \(plain("con.conname", ofShards)),
        concat_ws(' ', CASE con.contype WHEN 'f' THEN
          concat('foreign key (', \(names("con.conkey", "con.conrelid")), ') references ', left(\(other), 10), ' (',
            \(names("con.confkey", "con.confrelid")), ') ', con.confmatchtype, con.confupdtype, con.confdeltype)
          WHEN 'c' THEN 'check #' || \(hashed("replace(pg_get_constraintdef(con.oid), ' NOT VALID', '')"))
          WHEN 'x' THEN 'exclusion #' || \(hashed("pg_get_constraintdef(con.oid)"))
          ELSE pg_get_constraintdef(con.oid) END, CASE WHEN NOT con.convalidated THEN 'not validated' END,
          CASE WHEN NOT v.indisvalid THEN 'index not valid' END)
      FROM item JOIN pg_constraint con ON con.conrelid = item.oid LEFT JOIN pg_class o ON o.oid = con.confrelid
        LEFT JOIN pg_index v ON v.indexrelid = con.conindid AND con.contype IN ('p', 'u', 'x')
      WHERE con.contype IN ('p', 'u', 'f', 'c', 'x')
      """
  }

  private static func indexes(_ ofShards: Bool) -> String {
    let definition = "substring(pg_get_indexdef(i.indexrelid) from ' USING (.*)$')"
    return """
      SELECT item.id, 'index', \(plain("c.relname", ofShards)),
        concat_ws(' ', CASE WHEN i.indisunique THEN 'unique' END,
          CASE WHEN i.indexprs IS NULL AND i.indpred IS NULL THEN \(definition) ELSE '#' || \(hashed(definition)) END,
          CASE WHEN NOT i.indisvalid THEN 'not valid' END)
      FROM item JOIN pg_index i ON i.indrelid = item.oid JOIN pg_class c ON c.oid = i.indexrelid
      WHERE NOT EXISTS (SELECT FROM pg_constraint con WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
      """
  }

  private static func triggers(_ ofShards: Bool) -> String {
    """
    SELECT item.id, 'trigger', \(plain("g.tgname", ofShards)), concat_ws(' ', g.tgfoid::regproc, g.tgtype, g.tgenabled)
    FROM item JOIN pg_trigger g ON g.tgrelid = item.oid WHERE NOT g.tgisinternal
    """
  }

  private static var policies: String {
    """
    SELECT item.id, 'policy', quote_ident(p.polname), concat_ws(' ', p.polcmd, p.polpermissive,
      (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE pg_get_userbyid(role)::text END, ','
        ORDER BY pg_get_userbyid(role)::text COLLATE "C") FROM unnest(p.polroles) role),
      'using #' || \(hashed("pg_get_expr(p.polqual, p.polrelid)")),
      'check #' || \(hashed("pg_get_expr(p.polwithcheck, p.polrelid)")))
    FROM item JOIN pg_policy p ON p.polrelid = item.oid
    """
  }
}
