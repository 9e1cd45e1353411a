internal import MigrationCore

/// Questions to the catalog of the coordinator: one for each kind of object, never one for each object.
///
/// Each answers rows with `kind`, `name` and a column for each property; NULL is a property that is not there. Texts that
/// can hold literals are digests. Left out are objects of extensions (`pg_depend.deptype` `e`), Citus's shards, the
/// history table, and whatever changes without anybody's doing: statistics, values of sequences, OIDs, storage.
struct CatalogQuery {
  /// The schemas that are looked at; empty for all but the server's own.
  let schemas: [String]
  /// The history table.
  let history: (schema: String, name: String)
  let isCitus: Bool

  /// All questions.
  var all: [String] {
    [
      namespaces, extensions, tables, columns, constraints, indexes, views, rules, routines, aggregates, types,
      sequences, triggers, policies,
    ]
  }

  // MARK: Parts

  /// A digest in the place of a text that can hold literals: `#` and 16 hexadecimal digits; NULL of NULL.
  static func digest(_ expression: String) -> String {
    "('#' || left(encode(sha256(convert_to(\(expression), 'UTF8')), 'hex'), 16))"
  }

  /// Privileges without regard to their order; those that are there by default count like granted ones.
  static func grants(_ acl: String, _ kind: String, _ owner: String) -> String {
    """
    (SELECT string_agg(item::text, ', ' ORDER BY item::text COLLATE "C")
     FROM unnest(coalesce(\(acl), acldefault('\(kind)', \(owner)))) item)
    """
  }

  func isInScope(_ namespace: String) -> String {
    guard schemas.isEmpty else {
      return "\(namespace).nspname IN (\(schemas.map { SQLText.literal($0) }.joined(separator: ", ")))"
    }
    return "\(namespace).nspname !~ '^pg_' AND \(namespace).nspname <> 'information_schema'"
  }

  static func isOwn(_ catalog: String, _ oid: String) -> String {
    """
    NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '\(catalog)'::regclass AND e.objid = \(oid) AND e.deptype = 'e')
    """
  }

  /// `relation`: everything like a table that is looked at, by oid, with its name.
  var relations: String {
    """
    WITH relation AS MATERIALIZED (
      SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind, c.relowner, c.relacl, c.reloptions,
        c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.relam, c.relreplident,
        c.relpartbound
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND \(isInScope("n")) AND \(Self.isOwn("pg_class", "c.oid"))
        AND NOT (n.nspname = \(SQLText.literal(history.schema)) AND c.relname = \(SQLText.literal(history.name)))
        \(isCitus ? Self.isNoShard : "")
    )
    """
  }

  // A shard on the coordinator: its number is in the catalog, and its name begins like its table's.
  private static let isNoShard = """
    AND NOT EXISTS (
      SELECT FROM pg_dist_shard s JOIN pg_class t ON t.oid = s.logicalrelid
      WHERE s.shardid = substring(c.relname from '_([0-9]{1,18})$')::bigint AND t.relnamespace = c.relnamespace
        AND t.oid <> c.oid AND starts_with(c.relname, left(t.relname, 10)))
    """
}
