/// A kind of object that `clean` drops: a query that makes the statements, so that names are quoted by the server.
///
/// Those of Flyway's `PostgreSQLSchema.java`, save that objects of extensions are passed over for every kind, and so are
/// the extensions `citus` and `citus_columnar`: without them the database is no part of its cluster any more.
struct CleanKind: Equatable {
  private let columns: String
  private let source: String

  /// Everything, in an order in which it can go.
  static let inOrder = [
    relations("MATERIALIZED VIEW", kind: "m"), relations("VIEW", kind: "v"), tables, types, routines, domains,
    sequences,
    collations, extensions,
  ]

  /// Answers rows with the column `statement`.
  func query(schema: String) -> String {
    """
    SELECT \(columns) AS statement FROM \(source.replacing("$schema", with: SQLText.literal(schema)))
    """
  }

  private static func own(_ object: String, _ catalog: String) -> String {
    """
    NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = \(object) AND d.deptype = 'e'
      AND d.classid = 'pg_catalog.\(catalog)'::regclass)
    """
  }

  private static func relations(_ name: String, kind: String) -> CleanKind {
    CleanKind(
      columns: "format('DROP \(name) IF EXISTS %I.%I CASCADE', n.nspname, c.relname)",
      source: """
        pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $schema AND c.relkind = '\(kind)' AND \(own("c.oid", "pg_class"))
        """)
  }

  // Children go with their parents.
  private static let tables = CleanKind(
    columns: "format('DROP TABLE IF EXISTS %I.%I CASCADE', n.nspname, c.relname)",
    source: """
      pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $schema AND c.relkind IN ('r', 'p') AND \(own("c.oid", "pg_class"))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
      """)

  private static let typeSource = """
    pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = $schema AND t.typtype <> 'd' AND \(own("t.oid", "pg_type"))
      AND (t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.objid = t.oid AND i.deptype = 'i'
        AND i.classid = 'pg_catalog.pg_type'::regclass AND t.typrelid = 0)
    """

  private static let types = CleanKind(
    columns: "format('DROP TYPE IF EXISTS %I.%I CASCADE', n.nspname, t.typname)", source: typeSource)

  private static let domains = CleanKind(
    columns: "format('DROP DOMAIN IF EXISTS %I.%I CASCADE', n.nspname, t.typname)",
    source: """
      pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE n.nspname = $schema AND t.typtype = 'd' AND \(own("t.oid", "pg_type"))
      """)

  // Functions, procedures, aggregates.
  private static let routines = CleanKind(
    columns: "format('DROP ROUTINE IF EXISTS %I.%I(%s) CASCADE', n.nspname, p.proname, oidvectortypes(p.proargtypes))",
    source: """
      pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = $schema AND \(own("p.oid", "pg_proc"))
      """)

  // Those of identity columns and `serial` go with their table.
  private static let sequences = CleanKind(
    columns: "format('DROP SEQUENCE IF EXISTS %I.%I', n.nspname, c.relname)",
    source: """
      pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $schema AND c.relkind = 'S' AND \(own("c.oid", "pg_class"))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.objid = c.oid AND i.deptype = 'i'
          AND i.classid = 'pg_catalog.pg_class'::regclass)
      """)

  private static let collations = CleanKind(
    columns: "format('DROP COLLATION IF EXISTS %I.%I CASCADE', n.nspname, c.collname)",
    source: """
      pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
      WHERE n.nspname = $schema AND \(own("c.oid", "pg_collation"))
      """)

  private static let extensions = CleanKind(
    columns: "format('DROP EXTENSION IF EXISTS %I CASCADE', e.extname)",
    source: """
      pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
      JOIN pg_catalog.pg_roles r ON r.oid = e.extowner
      WHERE n.nspname = $schema AND r.rolname = current_user AND e.extname NOT IN ('citus', 'citus_columnar')
      """)
}
