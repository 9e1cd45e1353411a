// What is no table.
extension CatalogQuery {
  var namespaces: String {
    """
    SELECT 'schema' AS kind, quote_ident(n.nspname) AS name, pg_get_userbyid(n.nspowner) AS owner,
      \(Self.grants("n.nspacl", "n", "n.nspowner")) AS grants
    FROM pg_namespace n WHERE \(isInScope("n")) AND \(Self.isOwn("pg_namespace", "n.oid"))
    """
  }

  // An upgrade of Citus is no drift; what it changes in the texts of the catalog makes the fingerprints incomparable.
  var extensions: String {
    """
    SELECT 'extension' AS kind, quote_ident(e.extname) AS name, quote_ident(n.nspname) AS schema,
      CASE WHEN e.extname NOT IN ('citus', 'citus_columnar') THEN e.extversion END AS version
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE \(schemas.isEmpty ? "true" : isInScope("n"))
    """
  }

  var views: String {
    """
    \(relations)
    SELECT CASE r.relkind WHEN 'v' THEN 'view' ELSE 'materialized-view' END AS kind, r.name,
      \(Self.digest("pg_get_viewdef(r.oid)")) AS definition, pg_get_userbyid(r.relowner) AS owner,
      \(Self.grants("r.relacl", "r", "r.relowner")) AS grants,
      CASE WHEN r.relkind = 'v' THEN
        (SELECT string_agg(option, ', ' ORDER BY option COLLATE "C") FROM unnest(r.reloptions) option) END AS options
    FROM relation r WHERE r.relkind IN ('v', 'm')
    """
  }

  var rules: String {
    """
    \(relations)
    SELECT 'rule' AS kind, r.name || '.' || quote_ident(w.rulename) AS name,
      \(Self.digest("pg_get_ruledef(w.oid)")) AS definition,
      CASE w.ev_enabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
    FROM relation r JOIN pg_rewrite w ON w.ev_class = r.oid WHERE w.rulename <> '_RETURN'
    """
  }

  var routines: String {
    """
    SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
      format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name,
      \(Self.digest("pg_get_functiondef(p.oid)")) AS definition, pg_get_function_result(p.oid) AS returns,
      l.lanname AS language, CASE WHEN p.prosecdef THEN 'definer' END AS security,
      CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END AS volatility,
      pg_get_userbyid(p.proowner) AS owner, \(Self.grants("p.proacl", "f", "p.proowner")) AS grants
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE p.prokind IN ('f', 'p', 'w') AND \(isInScope("n")) AND \(Self.isOwn("pg_proc", "p.oid"))
    """
  }

  var aggregates: String {
    let definition = """
      concat_ws(' ', a.aggkind, a.aggtransfn::regproc, a.aggfinalfn::regproc, a.aggcombinefn::regproc,
        a.aggserialfn::regproc, a.aggdeserialfn::regproc, a.aggmtransfn::regproc, a.aggminvtransfn::regproc,
        a.aggmfinalfn::regproc, format_type(a.aggtranstype, NULL), format_type(a.aggmtranstype, NULL), a.agginitval,
        a.aggminitval, a.aggsortop::regoper, p.proparallel)
      """
    return """
      SELECT 'aggregate' AS kind,
        format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name,
        \(Self.digest(definition)) AS definition, pg_get_function_result(p.oid) AS returns,
        pg_get_userbyid(p.proowner) AS owner, \(Self.grants("p.proacl", "f", "p.proowner")) AS grants
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_aggregate a ON a.aggfnoid = p.oid
      WHERE \(isInScope("n")) AND \(Self.isOwn("pg_proc", "p.oid"))
      """
  }

  var types: String {
    let limits = """
      (SELECT string_agg(con.conname || ' ' || pg_get_constraintdef(con.oid), ', ' ORDER BY con.conname COLLATE "C")
       FROM pg_constraint con WHERE con.contypid = t.oid)
      """
    return """
      SELECT 'type' AS kind, format('%I.%I', n.nspname, t.typname) AS name,
        CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite' END AS form,
        (SELECT string_agg(quote_ident(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e
          WHERE e.enumtypid = t.oid) AS labels,
        CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base,
        CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'yes' END AS "not null",
        \(Self.digest("pg_get_expr(t.typdefaultbin, 0)")) AS "default", \(Self.digest(limits)) AS constraints,
        (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes,
        (SELECT format_type(g.rngsubtype, NULL) FROM pg_range g WHERE g.rngtypid = t.oid) AS subtype,
        pg_get_userbyid(t.typowner) AS owner, \(Self.grants("t.typacl", "T", "t.typowner")) AS grants
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
      WHERE (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') AND \(isInScope("n")) AND \(Self.isOwn("pg_type", "t.oid"))
      """
  }

  var sequences: String {
    """
    \(relations)
    SELECT 'sequence' AS kind, r.name, format_type(s.seqtypid, NULL) AS type, s.seqstart AS start,
      s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache,
      CASE WHEN s.seqcycle THEN 'yes' END AS cycle,
      (SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname)
        FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
          AND d.deptype IN ('a', 'i')) AS "owned by",
      pg_get_userbyid(r.relowner) AS owner, \(Self.grants("r.relacl", "s", "r.relowner")) AS grants
    FROM relation r JOIN pg_sequence s ON s.seqrelid = r.oid
    """
  }
}
