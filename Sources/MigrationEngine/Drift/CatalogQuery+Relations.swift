// Tables and what hangs on them.
extension CatalogQuery {
  var tables: String {
    """
    \(relations)
    SELECT 'table' AS kind, r.name,
      CASE r.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' ELSE 'ordinary' END AS form,
      CASE r.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
      pg_get_userbyid(r.relowner) AS owner, \(Self.grants("r.relacl", "r", "r.relowner")) AS grants,
      CASE WHEN r.relforcerowsecurity THEN 'forced' WHEN r.relrowsecurity THEN 'on' END AS "row security",
      (SELECT amname FROM pg_am WHERE oid = r.relam) AS "access method",
      CASE r.relreplident WHEN 'd' THEN NULL WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' ELSE 'index' END
        AS "replica identity",
      (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i
        WHERE i.inhrelid = r.oid) AS parent,
      \(Self.digest("pg_get_expr(r.relpartbound, r.oid)")) AS "partition bound",
      \(Self.digest("pg_get_partkeydef(r.oid)")) AS "partition key"\(isCitus ? Self.distribution : "")
    FROM relation r\(isCitus ? " LEFT JOIN pg_dist_partition d ON d.logicalrelid = r.oid" : "")
    WHERE r.relkind IN ('r', 'p', 'f')
    """
  }

  // The colocation is a number that stays as long as nobody distributes the table anew; where shards lie may change.
  private static let distribution = """
    ,
      CASE WHEN d.logicalrelid IS NULL THEN NULL WHEN d.partmethod = 'h' THEN 'hash' WHEN d.partmethod = 'r' THEN 'range'
        WHEN d.partmethod = 'a' THEN 'append' WHEN d.repmodel = 't' THEN 'reference' WHEN d.colocationid = 0 THEN 'local'
        ELSE 'single shard' END AS distribution,
      CASE WHEN d.partkey IS NOT NULL THEN column_to_column_name(d.logicalrelid, d.partkey::text) END
        AS "distribution column",
      d.colocationid AS colocation,
      CASE WHEN d.logicalrelid IS NOT NULL AND d.partmethod <> 'a'
        THEN (SELECT count(*) FROM pg_dist_shard s WHERE s.logicalrelid = d.logicalrelid) END AS shards
    """

  var columns: String {
    """
    \(relations)
    SELECT 'column' AS kind, r.name || '.' || quote_ident(a.attname) AS name,
      format_type(a.atttypid, a.atttypmod) AS type, CASE WHEN a.attnotnull THEN 'yes' END AS "not null",
      CASE WHEN a.attgenerated = '' THEN \(Self.digest("pg_get_expr(d.adbin, d.adrelid)")) END AS "default",
      CASE WHEN a.attgenerated <> '' THEN \(Self.digest("pg_get_expr(d.adbin, d.adrelid)")) END AS generated,
      CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
      \(Self.collation("a.attcollation", "t.typcollation")) AS collation,
      (SELECT string_agg(item::text, ', ' ORDER BY item::text COLLATE "C") FROM unnest(a.attacl) item) AS grants
    FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE r.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
    """
  }

  /// The name of a collation that is not the type's own.
  static func collation(_ collation: String, _ usual: String) -> String {
    """
    CASE WHEN \(collation) <> \(usual) THEN (SELECT format('%I.%I', cn.nspname, co.collname)
      FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = \(collation)) END
    """
  }

  var constraints: String {
    """
    \(relations)
    SELECT 'constraint' AS kind, r.name || '.' || quote_ident(con.conname) AS name,
      CASE con.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
        WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' END AS form,
      CASE WHEN con.contype IN ('p', 'u', 'f') THEN pg_get_constraintdef(con.oid)
        ELSE \(Self.digest("pg_get_constraintdef(con.oid)")) END AS definition,
      CASE WHEN NOT con.convalidated THEN 'no' END AS validated,
      CASE WHEN con.contype IN ('p', 'u', 'x') AND NOT i.indisvalid THEN 'no' END AS "index valid"
    FROM relation r JOIN pg_constraint con ON con.conrelid = r.oid
      LEFT JOIN pg_index i ON i.indexrelid = con.conindid AND con.contype IN ('p', 'u', 'x')
    WHERE con.contype IN ('p', 'u', 'f', 'c', 'x')
    """
  }

  var indexes: String {
    let definition = "substring(pg_get_indexdef(i.indexrelid) from ' (USING .*)$')"
    return """
      \(relations)
      SELECT 'index' AS kind, format('%I.%I', n.nspname, c.relname) AS name, r.name AS "table",
        CASE WHEN i.indexprs IS NULL AND i.indpred IS NULL THEN \(definition)
          ELSE \(Self.digest(definition)) END AS definition,
        CASE WHEN i.indisunique THEN 'yes' END AS "unique", CASE WHEN NOT i.indisvalid THEN 'no' END AS valid,
        CASE WHEN i.indisreplident THEN 'yes' END AS "replica identity"
      FROM relation r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT EXISTS (SELECT FROM pg_constraint con WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
      """
  }

  var triggers: String {
    """
    \(relations)
    SELECT 'trigger' AS kind, r.name || '.' || quote_ident(g.tgname) AS name, g.tgfoid::regproc::text AS function,
      CASE g.tgenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled,
      \(Self.digest("pg_get_triggerdef(g.oid)")) AS definition
    FROM relation r JOIN pg_trigger g ON g.tgrelid = r.oid WHERE NOT g.tgisinternal
    """
  }

  var policies: String {
    """
    \(relations)
    SELECT 'policy' AS kind, r.name || '.' || quote_ident(p.polname) AS name,
      CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
        ELSE 'all' END AS command,
      CASE WHEN p.polpermissive THEN 'yes' ELSE 'no' END AS permissive,
      (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE pg_get_userbyid(role)::text END, ', '
        ORDER BY pg_get_userbyid(role)::text COLLATE "C") FROM unnest(p.polroles) role) AS roles,
      \(Self.digest("pg_get_expr(p.polqual, p.polrelid)")) AS using,
      \(Self.digest("pg_get_expr(p.polwithcheck, p.polrelid)")) AS "check"
    FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
    """
  }
}
