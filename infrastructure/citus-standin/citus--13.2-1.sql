-- A stand-in for the Citus extension, in SQL and PL/pgSQL alone, for tests on machines without Citus.
-- README.md in this directory says what it emulates and what it does not.
-- Names, columns, signatures and messages follow Citus 13.2; no code is taken from it.
\echo Use "CREATE EXTENSION citus" to load this file. \quit

CREATE SCHEMA citus;
CREATE SCHEMA citus_internal;
GRANT USAGE ON SCHEMA citus, citus_internal TO PUBLIC;

-- ---------------------------------------------------------------------------------------------------------------
-- 1. Connections to the other nodes
--    The C functions of contrib/dblink are bound here under citus_internal, so that CREATE EXTENSION citus needs
--    no other extension and nothing appears in the application's schemas.
-- ---------------------------------------------------------------------------------------------------------------

CREATE FUNCTION citus_internal.dblink_connect(text, text) RETURNS text
  AS '$libdir/dblink', 'dblink_connect' LANGUAGE C STRICT;
CREATE FUNCTION citus_internal.dblink_disconnect(text) RETURNS text
  AS '$libdir/dblink', 'dblink_disconnect' LANGUAGE C STRICT;
CREATE FUNCTION citus_internal.dblink_get_connections() RETURNS text[]
  AS '$libdir/dblink', 'dblink_get_connections' LANGUAGE C;
CREATE FUNCTION citus_internal.dblink_exec(text, text) RETURNS text
  AS '$libdir/dblink', 'dblink_exec' LANGUAGE C STRICT;
CREATE FUNCTION citus_internal.dblink(text, text) RETURNS SETOF record
  AS '$libdir/dblink', 'dblink_record' LANGUAGE C STRICT;
CREATE FUNCTION citus_internal.dblink_send_query(text, text) RETURNS integer
  AS '$libdir/dblink', 'dblink_send_query' LANGUAGE C STRICT;
CREATE FUNCTION citus_internal.dblink_is_busy(text) RETURNS integer
  AS '$libdir/dblink', 'dblink_is_busy' LANGUAGE C STRICT;
CREATE FUNCTION citus_internal.dblink_get_result(text) RETURNS SETOF record
  AS '$libdir/dblink', 'dblink_get_result' LANGUAGE C STRICT;
CREATE FUNCTION citus_internal.dblink_get_result(text, boolean) RETURNS SETOF record
  AS '$libdir/dblink', 'dblink_get_result' LANGUAGE C STRICT;
CREATE FUNCTION citus_internal.dblink_cancel_query(text) RETURNS text
  AS '$libdir/dblink', 'dblink_cancel_query' LANGUAGE C STRICT;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA citus_internal FROM PUBLIC;

-- A citus.* setting, or its default where the session began before the defaults of section 6 were in force.
CREATE FUNCTION citus_internal.setting(name text, fallback text) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT coalesce(nullif(current_setting(name, true), ''), fallback) $$;

-- citus.node_connection_timeout in whole seconds; a bare number is in milliseconds, as in Citus.
CREATE FUNCTION citus_internal.connect_timeout() RETURNS integer
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  setting text := citus_internal.setting('citus.node_connection_timeout', '30s');
BEGIN
  IF setting ~ '^\d+$' THEN
    setting := setting || 'ms';
  END IF;
  RETURN greatest(1, ceil(extract(epoch FROM setting::interval)))::integer;
END $$;

CREATE FUNCTION citus_internal.conninfo(host text, port integer) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT string_agg(keyword || '=''' || replace(replace(value, '\', '\\'), '''', '\''') || '''', ' ')
    FROM (VALUES ('host', host), ('port', port::text), ('dbname', current_database()::text),
                 ('user', session_user::text), ('connect_timeout', citus_internal.connect_timeout()::text),
                 ('application_name', 'citus_internal gpid=' || pg_catalog.citus_backend_gpid())) AS t(keyword, value)
  $$;

-- Opens (or opens again) the dblink connection `connection`. Fails with 08006 and the text of Citus.
CREATE FUNCTION citus_internal.connect(connection text, host text, port integer) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  reason text;
BEGIN
  IF connection = ANY (citus_internal.dblink_get_connections()) THEN
    PERFORM citus_internal.dblink_disconnect(connection);
  END IF;
  PERFORM citus_internal.dblink_connect(connection, citus_internal.conninfo(host, port));
EXCEPTION WHEN connection_exception OR sqlclient_unable_to_establish_sqlconnection THEN
  GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
  RAISE EXCEPTION USING ERRCODE = '08006',
    MESSAGE = format('connection to the remote node %s@%s:%s failed with the following error: %s',
                     session_user, host, port,
                     regexp_replace(rtrim(reason, E'\n'), '^connection to server at \S+, port \d+ failed: ', ''));
END $$;
REVOKE ALL ON FUNCTION citus_internal.connect FROM PUBLIC;

-- Waits for the answers of all `connections`, so that a cancel of the local statement is seen and passed on.
-- (dblink's own waiting is not interruptible in PostgreSQL 15.)
CREATE FUNCTION citus_internal.wait_for(connections text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  connection text;
  pause double precision;
BEGIN
  FOREACH connection IN ARRAY connections LOOP
    pause := 0.0002;
    WHILE citus_internal.dblink_is_busy(connection) = 1 LOOP
      PERFORM pg_sleep(pause);
      pause := least(pause * 1.5, 0.01);
    END LOOP;
  END LOOP;
EXCEPTION WHEN query_canceled THEN
  FOREACH connection IN ARRAY connections LOOP
    PERFORM citus_internal.dblink_cancel_query(connection);
  END LOOP;
  RAISE;
END $$;
REVOKE ALL ON FUNCTION citus_internal.wait_for FROM PUBLIC;

-- Runs commands[i] on hosts[i]:ports[i], each on a connection of its own, outside the current transaction, all at
-- once. Never raises: a failure is a row with success = false, with the texts of Citus.
CREATE FUNCTION citus_internal.run_on_nodes(hosts text[], ports integer[], commands text[],
    OUT ordinality integer, OUT success boolean, OUT result text) RETURNS SETOF record
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  open text[] := '{}';
  failures text[] := '{}';
  connection text;
  rows text[];
BEGIN
  FOR i IN 1 .. coalesce(cardinality(hosts), 0) LOOP
    BEGIN
      PERFORM citus_internal.connect('citus_command_' || i, hosts[i], ports[i]);
      PERFORM citus_internal.dblink_send_query('citus_command_' || i, commands[i]);
      open := open || ('citus_command_' || i);
    EXCEPTION WHEN connection_exception THEN
      failures[i] := format('failed to connect to %s:%s', hosts[i], ports[i]);
    END;
  END LOOP;
  PERFORM citus_internal.wait_for(open);
  FOR i IN 1 .. coalesce(cardinality(hosts), 0) LOOP
    connection := 'citus_command_' || i;
    ordinality := i;
    success := false;
    result := failures[i];
    IF result IS NULL THEN
      BEGIN
        SELECT array_agg(r) INTO rows FROM citus_internal.dblink_get_result(connection) AS t(r text);
        success := coalesce(cardinality(rows), 0) <= 1;
        result := CASE WHEN success THEN coalesce(rows[1], '') ELSE 'expected a single row in query result' END;
      EXCEPTION
        WHEN datatype_mismatch THEN result := 'expected a single column in query target';
        WHEN connection_exception THEN result := 'connection lost';
        WHEN OTHERS THEN result := 'ERROR:  ' || split_part(SQLERRM, E'\n', 1);
      END;
      PERFORM citus_internal.dblink_disconnect(connection);
    END IF;
    RETURN NEXT;
  END LOOP;
EXCEPTION WHEN query_canceled THEN
  FOREACH connection IN ARRAY open LOOP
    PERFORM citus_internal.dblink_disconnect(connection);
  END LOOP;
  RAISE;
END $$;
REVOKE ALL ON FUNCTION citus_internal.run_on_nodes FROM PUBLIC;

-- ---------------------------------------------------------------------------------------------------------------
-- 2. Catalogs. Tables are made in the schema citus and moved, which PostgreSQL allows where it refuses to
--    create a table in pg_catalog.
-- ---------------------------------------------------------------------------------------------------------------

CREATE TYPE pg_catalog.noderole AS ENUM ('primary', 'secondary', 'unavailable');
CREATE TYPE citus.distribution_type AS ENUM ('hash', 'range', 'append');
CREATE TYPE pg_catalog.citus_job_status AS ENUM
  ('scheduled', 'running', 'finished', 'cancelling', 'cancelled', 'failing', 'failed');

CREATE SEQUENCE citus.pg_dist_node_nodeid_seq MAXVALUE 4294967296;
CREATE SEQUENCE citus.pg_dist_groupid_seq MAXVALUE 4294967296;
CREATE SEQUENCE citus.pg_dist_shardid_seq START 102008;
CREATE SEQUENCE citus.pg_dist_placement_placementid_seq;
CREATE SEQUENCE citus.pg_dist_colocationid_seq MAXVALUE 4294967296;

CREATE TABLE citus.pg_dist_node (
  nodeid integer NOT NULL DEFAULT nextval('citus.pg_dist_node_nodeid_seq') PRIMARY KEY,
  groupid integer NOT NULL DEFAULT nextval('citus.pg_dist_groupid_seq'),
  nodename text NOT NULL,
  nodeport integer NOT NULL DEFAULT 5432,
  noderack text NOT NULL DEFAULT 'default',
  hasmetadata boolean NOT NULL DEFAULT false,
  isactive boolean NOT NULL DEFAULT true,
  noderole pg_catalog.noderole NOT NULL DEFAULT 'primary',
  nodecluster name NOT NULL DEFAULT 'default',
  metadatasynced boolean DEFAULT false,
  shouldhaveshards boolean NOT NULL DEFAULT true,
  nodeisclone boolean NOT NULL DEFAULT false,
  nodeprimarynodeid integer NOT NULL DEFAULT 0,
  CONSTRAINT pg_dist_node_nodename_nodeport_key UNIQUE (nodename, nodeport),
  CONSTRAINT primaries_are_only_allowed_in_the_default_cluster
    CHECK (NOT (nodecluster <> 'default' AND noderole = 'primary'))
);
CREATE TABLE citus.pg_dist_local_group (groupid integer NOT NULL PRIMARY KEY);
INSERT INTO citus.pg_dist_local_group VALUES (0);
CREATE TABLE citus.pg_dist_partition (
  logicalrelid regclass NOT NULL UNIQUE,
  partmethod "char" NOT NULL,
  partkey text,
  colocationid integer NOT NULL DEFAULT 0,
  repmodel "char" NOT NULL DEFAULT 'c',
  autoconverted boolean DEFAULT false
);
CREATE TABLE citus.pg_dist_shard (
  logicalrelid regclass NOT NULL,
  shardid bigint NOT NULL UNIQUE,
  shardstorage "char" NOT NULL,
  shardminvalue text,
  shardmaxvalue text
);
CREATE INDEX pg_dist_shard_logical_relid_index ON citus.pg_dist_shard (logicalrelid);
CREATE TABLE citus.pg_dist_placement (
  placementid bigint NOT NULL DEFAULT nextval('citus.pg_dist_placement_placementid_seq') UNIQUE,
  shardid bigint NOT NULL,
  shardstate integer NOT NULL,
  shardlength bigint NOT NULL,
  groupid integer NOT NULL,
  CONSTRAINT placement_shardid_groupid_unique_index UNIQUE (shardid, groupid)
);
CREATE TABLE citus.pg_dist_colocation (
  colocationid integer NOT NULL PRIMARY KEY,
  shardcount integer NOT NULL,
  replicationfactor integer NOT NULL,
  distributioncolumntype oid NOT NULL,
  distributioncolumncollation oid NOT NULL
);
CREATE TABLE citus.pg_dist_schema (schemaid oid NOT NULL PRIMARY KEY, colocationid integer NOT NULL UNIQUE);
CREATE TABLE citus.pg_dist_object (
  classid oid NOT NULL, objid oid NOT NULL, objsubid integer NOT NULL, type text, object_names text[],
  object_args text[], distribution_argument_index integer, colocationid integer, force_delegation boolean,
  PRIMARY KEY (classid, objid, objsubid)
);
CREATE TABLE citus.pg_dist_transaction (
  groupid integer NOT NULL, gid text NOT NULL, outer_xid xid8,
  CONSTRAINT pg_dist_transaction_unique_constraint UNIQUE (groupid, gid)
);
CREATE TABLE citus.pg_dist_cleanup (
  record_id bigint PRIMARY KEY, operation_id bigint NOT NULL, object_type integer NOT NULL,
  object_name text NOT NULL, node_group_id integer NOT NULL, policy_type integer NOT NULL
);
CREATE TABLE citus.pg_dist_background_job (
  job_id bigserial PRIMARY KEY,
  state pg_catalog.citus_job_status NOT NULL DEFAULT 'scheduled',
  job_type name NOT NULL,
  description text NOT NULL,
  started_at timestamptz,
  finished_at timestamptz
);
CREATE TABLE citus.pg_dist_node_metadata (metadata jsonb NOT NULL);
INSERT INTO citus.pg_dist_node_metadata
  VALUES (jsonb_build_object('server_id', gen_random_uuid(), 'last_upgrade_version', '13.2-1',
                             'partitioned_citus_table_exists_pre_11', false));

-- One row per node that takes part in the current transaction; its deferred trigger commits there (section 4).
CREATE TABLE citus_internal.open_transaction (nodeid integer NOT NULL);

DO $$
DECLARE
  relation record;
BEGIN
  FOR relation IN SELECT relname, relkind FROM pg_class
                   WHERE relnamespace = 'citus'::regnamespace AND relkind IN ('r', 'S')
                     -- a sequence owned by a column moves with its table
                     AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'a'
                                                             AND refclassid = 'pg_class'::regclass)
  LOOP
    EXECUTE format('ALTER %s citus.%I SET SCHEMA pg_catalog',
                   CASE relation.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, relation.relname);
    EXECUTE format('GRANT SELECT ON pg_catalog.%I TO PUBLIC', relation.relname);
  END LOOP;
END $$;

-- ---------------------------------------------------------------------------------------------------------------
-- 3. What a readiness check reads
-- ---------------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_catalog.citus_version() RETURNS text
  LANGUAGE sql STABLE
  AS $$ SELECT 'Citus 13.2.2 on ' || regexp_replace(version(), '^PostgreSQL \S+ (\([^)]*\) )?on ', '')
               || ' (stand-in: SQL only)' $$;

CREATE FUNCTION pg_catalog.citus_is_coordinator() RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT (SELECT groupid = 0 FROM pg_dist_local_group)
           AND NOT EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0 AND isactive AND noderole <> 'primary') $$;

CREATE FUNCTION pg_catalog.citus_backend_gpid() RETURNS bigint
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT coalesce((SELECT nodeid FROM pg_dist_node n JOIN pg_dist_local_group USING (groupid)
                          WHERE n.noderole = 'primary'), 0) * 10000000000 + pg_backend_pid() $$;

-- The nodes that are active and readable under citus.cluster_name and citus.use_secondary_nodes.
CREATE FUNCTION citus_internal.readable_nodes() RETURNS SETOF pg_catalog.pg_dist_node
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT * FROM pg_dist_node
   WHERE isactive AND nodecluster = citus_internal.setting('citus.cluster_name', 'default')
     AND noderole = CASE citus_internal.setting('citus.use_secondary_nodes', 'never')
                      WHEN 'always' THEN 'secondary' ELSE 'primary' END::noderole
   ORDER BY nodename, nodeport
  $$;

CREATE FUNCTION pg_catalog.citus_get_active_worker_nodes(OUT node_name text, OUT node_port bigint)
  RETURNS SETOF record LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT nodename, nodeport::bigint FROM citus_internal.readable_nodes() WHERE groupid <> 0 $$;

CREATE FUNCTION pg_catalog.master_get_active_worker_nodes(OUT node_name text, OUT node_port bigint)
  RETURNS SETOF record LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT * FROM citus_get_active_worker_nodes() $$;

CREATE FUNCTION pg_catalog.citus_check_connection_to_node(nodename text, nodeport integer DEFAULT 5432)
  RETURNS boolean LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  PERFORM citus_internal.connect('citus_check', nodename, nodeport);
  PERFORM citus_internal.dblink_disconnect('citus_check');
  RETURN true;
EXCEPTION WHEN connection_exception THEN
  RAISE WARNING USING ERRCODE = '01000', MESSAGE = SQLERRM;
  RETURN false;
END $$;

CREATE FUNCTION pg_catalog.citus_check_cluster_node_health(
    OUT from_nodename text, OUT from_nodeport integer, OUT to_nodename text, OUT to_nodeport integer,
    OUT result boolean)
  RETURNS SETOF record LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  source pg_dist_node;
  checks text;
  answer record;
  unreachable boolean;
BEGIN
  -- One query per source asks for all targets; its answer is a JSON array in the order of the nodes.
  SELECT format('SELECT json_build_array(%s)',
                string_agg(format('citus_check_connection_to_node(%L, %s)', n.nodename, n.nodeport), ', '
                           ORDER BY n.nodename, n.nodeport))
    INTO checks FROM citus_internal.readable_nodes() n;
  FOR source IN SELECT * FROM citus_internal.readable_nodes() LOOP
    SELECT * INTO answer FROM citus_internal.run_on_nodes(ARRAY[source.nodename], ARRAY[source.nodeport], ARRAY[checks]);
    unreachable := NOT answer.success AND answer.result LIKE 'failed to connect to %';
    RETURN QUERY
      SELECT source.nodename, source.nodeport, n.nodename, n.nodeport,
             CASE WHEN unreachable THEN NULL
                  WHEN answer.success THEN (answer.result::json ->> (n.position - 1)::integer)::boolean
                  ELSE false END
        FROM (SELECT r.*, row_number() OVER (ORDER BY r.nodename, r.nodeport) AS position
                FROM citus_internal.readable_nodes() r) n
       ORDER BY n.position;
  END LOOP;
END $$;

CREATE FUNCTION pg_catalog.run_command_on_workers(command text, parallel boolean DEFAULT true,
    OUT nodename text, OUT nodeport integer, OUT success boolean, OUT result text)
  RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  WITH nodes AS (SELECT array_agg(node_name) AS names, array_agg(node_port::integer) AS ports,
                        array_agg(command) AS commands FROM citus_get_active_worker_nodes())
  SELECT names[r.ordinality], ports[r.ordinality], r.success, r.result
    FROM nodes, citus_internal.run_on_nodes(names, ports, commands) r
  $$;

CREATE FUNCTION pg_catalog.run_command_on_all_nodes(command text, parallel boolean DEFAULT true,
    give_warning_for_connection_errors boolean DEFAULT false,
    OUT nodeid integer, OUT success boolean, OUT result text)
  RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  ids integer[];
  names text[];
  ports integer[];
BEGIN
  SELECT coalesce(array_agg(n.nodeid), '{}'), array_agg(n.nodename), array_agg(n.nodeport)
    INTO ids, names, ports FROM citus_internal.readable_nodes() n;
  IF NOT EXISTS (SELECT FROM pg_dist_node JOIN pg_dist_local_group USING (groupid) WHERE isactive) THEN
    ids := ids || 0;
    names := names || citus_internal.setting('citus.local_hostname', 'localhost');
    ports := ports || current_setting('port')::integer;
  END IF;
  FOR nodeid, success, result IN
    SELECT ids[r.ordinality], r.success, r.result
      FROM citus_internal.run_on_nodes(names, ports, array_fill(command, ARRAY[cardinality(ids)])) r
  LOOP
    IF give_warning_for_connection_errors AND NOT success THEN
      RAISE WARNING 'Error on node with node id %: %', nodeid, result;
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

CREATE FUNCTION pg_catalog.run_command_on_coordinator(command text,
    give_warning_for_connection_errors boolean DEFAULT false,
    OUT nodeid integer, OUT success boolean, OUT result text)
  RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  coordinator pg_dist_node;
BEGIN
  SELECT * INTO coordinator FROM citus_internal.readable_nodes() n WHERE n.groupid = 0;
  IF NOT FOUND AND NOT citus_is_coordinator() THEN
    RAISE EXCEPTION 'the coordinator is not added to the metadata'
      USING HINT = 'Add the node as a coordinator by using: SELECT citus_set_coordinator_host(''<hostname>'')';
  END IF;
  nodeid := coalesce(coordinator.nodeid, 0);
  SELECT r.success, r.result INTO success, result FROM citus_internal.run_on_nodes(
    ARRAY[coalesce(coordinator.nodename, citus_internal.setting('citus.local_hostname', 'localhost'))],
    ARRAY[coalesce(coordinator.nodeport, current_setting('port')::integer)], ARRAY[command]) r;
  IF give_warning_for_connection_errors AND NOT success THEN
    RAISE WARNING 'Error on node with node id %: %', nodeid, result;
  END IF;
  RETURN NEXT;
END $$;

-- Nothing ever moves here: empty, with the columns of Citus.
CREATE FUNCTION pg_catalog.get_rebalance_progress()
  RETURNS TABLE (sessionid integer, table_name regclass, shardid bigint, shard_size bigint, sourcename text,
                 sourceport integer, targetname text, targetport integer, progress bigint, source_shard_size bigint,
                 target_shard_size bigint, operation_type text, source_lsn pg_lsn, target_lsn pg_lsn, status text)
  LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN; END $$;

-- Nothing is ever left prepared by the stand-in itself. A transaction that a test prepared under one of Citus' names
-- is not settled here: COMMIT PREPARED cannot run inside a function.
CREATE FUNCTION pg_catalog.recover_prepared_transactions() RETURNS integer LANGUAGE sql AS $$ SELECT 0 $$;
REVOKE ALL ON FUNCTION pg_catalog.recover_prepared_transactions() FROM PUBLIC;

CREATE VIEW citus.citus_nodes AS
  SELECT nodename, nodeport, CASE groupid WHEN 0 THEN 'coordinator' ELSE 'worker' END AS role, isactive AS active
    FROM pg_catalog.pg_dist_node;
ALTER VIEW citus.citus_nodes SET SCHEMA pg_catalog;
GRANT SELECT ON pg_catalog.citus_nodes TO PUBLIC;

-- ---------------------------------------------------------------------------------------------------------------
-- 4. Remote transactions
--    A transaction uses one connection per node. The first use sends BEGIN; every further use first sets a
--    savepoint there, so that a local ROLLBACK TO SAVEPOINT (or a caught exception) can be repeated remotely.
--    The commit goes out from a deferred constraint trigger, just before the local commit. A rollback commits
--    nothing: the next use of the connection rolls it back, and so does the end of the session; other sessions end
--    a remote transaction whose local one is over (end_stale_transactions).
--
--    What the local transaction believes is kept in settings with SET LOCAL: they go back with savepoints and
--    vanish with the transaction.
--      citus_standin.depth_<nodeid>   number of savepoints sent; '' = no transaction open there
-- ---------------------------------------------------------------------------------------------------------------

CREATE FUNCTION citus_internal.drain(connection text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  -- an answer with an error, then the end of the answers; a few more calls do no harm
  FOR i IN 1 .. 4 LOOP
    PERFORM FROM citus_internal.dblink_get_result(connection, false) AS t(r text);
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  NULL;
END $$;
REVOKE ALL ON FUNCTION citus_internal.drain FROM PUBLIC;

-- Ends remote transactions of this database whose local transaction is over: they wait for their session's next use
-- and would block others. `live` holds the coordinator's backends that are inside a transaction. Runs on the worker.
CREATE FUNCTION citus_internal.end_stale_transactions(live integer[]) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
   WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()
     AND application_name ~ '^citus_internal gpid=\d+$'
     AND xact_start < now() - interval '1 second'
     AND (substring(application_name FROM '\d+$')::bigint % 10000000000)::integer <> ALL (live)
  $$;

-- The open remote transaction of this transaction on the node; begins it at first use. Returns the connection's name.
CREATE FUNCTION citus_internal.tx_connection(node pg_catalog.pg_dist_node) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  connection text := 'citus_transaction_' || node.nodeid;
  key text := 'citus_standin.depth_' || node.nodeid;
  begin_text text := 'BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED';
  live integer[];
  usable boolean := false;
BEGIN
  IF coalesce(current_setting(key, true), '') <> '' THEN
    RETURN connection;
  END IF;
  IF connection = ANY (citus_internal.dblink_get_connections()) THEN
    BEGIN
      -- left by an aborted transaction, perhaps with a statement that still runs
      IF citus_internal.dblink_is_busy(connection) = 1 THEN
        PERFORM citus_internal.dblink_cancel_query(connection);
      ELSE
        PERFORM citus_internal.drain(connection);
        PERFORM citus_internal.dblink_exec(connection, 'ROLLBACK');
        usable := true;
      END IF;
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END;
  END IF;
  IF NOT usable THEN
    PERFORM citus_internal.connect(connection, node.nodename, node.nodeport);
  END IF;
  -- What SET LOCAL said here reaches the worker, as in Citus, only under citus.propagate_set_commands = 'local'.
  IF citus_internal.setting('citus.propagate_set_commands', 'none') = 'local' THEN
    begin_text := begin_text || format('; SET LOCAL lock_timeout = %L; SET LOCAL statement_timeout = %L',
                                       current_setting('lock_timeout'), current_setting('statement_timeout'));
  END IF;
  SELECT array_agg(pid) INTO live FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid IS NOT NULL;
  PERFORM FROM citus_internal.dblink(connection,
    format('SELECT citus_internal.end_stale_transactions(%L)', live)) AS t(r text);
  PERFORM citus_internal.dblink_exec(connection, begin_text);
  INSERT INTO citus_internal.open_transaction VALUES (node.nodeid);
  PERFORM set_config(key, '0', true);
  RETURN connection;
END $$;
REVOKE ALL ON FUNCTION citus_internal.tx_connection FROM PUBLIC;

-- Runs commands[i] in the remote transaction on nodes[i], all nodes at once; raises the first remote error.
CREATE FUNCTION citus_internal.tx_run(nodes pg_catalog.pg_dist_node[], commands text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  connections text[] := '{}';
  connection text;
  key text;
  depth integer;
  remote_depth integer;
  answers integer;
  state text;
  message text;
  detail text;
  hint text;
BEGIN
  FOR i IN 1 .. coalesce(cardinality(nodes), 0) LOOP
    connection := citus_internal.tx_connection(nodes[i]);
    key := 'citus_standin.depth_' || nodes[i].nodeid;
    depth := current_setting(key)::integer;
    BEGIN
      SELECT coalesce(nullif(r, ''), '0')::integer INTO remote_depth
        FROM citus_internal.dblink(connection, 'SELECT current_setting(''citus_standin.depth'', true)') AS t(r text);
    EXCEPTION
      WHEN in_failed_sql_transaction THEN
        remote_depth := NULL;
      WHEN OTHERS THEN
        RAISE EXCEPTION USING ERRCODE = '08006',
          MESSAGE = format('connection to the remote node %s@%s:%s failed with the following error: %s',
                           session_user, nodes[i].nodename, nodes[i].nodeport, SQLERRM);
    END;
    IF remote_depth IS DISTINCT FROM depth THEN
      -- the local transaction went back to a savepoint since
      PERFORM citus_internal.dblink_exec(connection, 'ROLLBACK TO SAVEPOINT citus_standin_' || depth + 1);
    END IF;
    PERFORM set_config(key, (depth + 1)::text, true);
    PERFORM citus_internal.dblink_send_query(connection, format(
      'SAVEPOINT citus_standin_%1$s; SET LOCAL citus_standin.depth = %1$s; %2$s', depth + 1, commands[i]));
    connections := connections || connection;
  END LOOP;
  PERFORM citus_internal.wait_for(connections);
  FOREACH connection IN ARRAY connections LOOP
    BEGIN
      LOOP
        SELECT count(*) INTO answers FROM citus_internal.dblink_get_result(connection) AS t(r text);
        EXIT WHEN answers = 0;
      END LOOP;
    EXCEPTION WHEN OTHERS THEN
      IF state IS NULL THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
          detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
      END IF;
      PERFORM citus_internal.drain(connection);
    END;
  END LOOP;
  IF state IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = coalesce(detail, ''), HINT = coalesce(hint, '');
  END IF;
END $$;
REVOKE ALL ON FUNCTION citus_internal.tx_run FROM PUBLIC;

CREATE FUNCTION citus_internal.commit_remote() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  node integer;
  answer text;
BEGIN
  -- The first row commits everywhere. All connections are tried before any is committed.
  FOR node IN SELECT nodeid FROM citus_internal.open_transaction ORDER BY nodeid LOOP
    PERFORM FROM citus_internal.dblink('citus_transaction_' || node, 'SELECT 1') AS t(r text);
  END LOOP;
  FOR node IN DELETE FROM citus_internal.open_transaction RETURNING nodeid LOOP
    answer := citus_internal.dblink_exec('citus_transaction_' || node, 'COMMIT');
    IF answer <> 'COMMIT' THEN
      RAISE EXCEPTION 'failure on connection marked as essential: %',
        (SELECT nodename || ':' || nodeport FROM pg_dist_node WHERE nodeid = node);
    END IF;
    PERFORM set_config('citus_standin.depth_' || node, '', true);
  END LOOP;
  RETURN NULL;
EXCEPTION WHEN connection_exception OR in_failed_sql_transaction THEN
  RAISE EXCEPTION USING ERRCODE = '08006', MESSAGE = format('failure on connection marked as essential: %s',
    (SELECT nodename || ':' || nodeport FROM pg_dist_node WHERE nodeid = node));
END $$;
REVOKE ALL ON FUNCTION citus_internal.commit_remote FROM PUBLIC;

CREATE CONSTRAINT TRIGGER commit_remote AFTER INSERT ON citus_internal.open_transaction
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION citus_internal.commit_remote();

-- ---------------------------------------------------------------------------------------------------------------
-- 5. Nodes
-- ---------------------------------------------------------------------------------------------------------------

CREATE FUNCTION citus_internal.ensure_coordinator() RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF (SELECT groupid FROM pg_dist_local_group) <> 0 THEN
    RAISE EXCEPTION 'operation is not allowed on this node'
      USING ERRCODE = 'XX000', HINT = 'Connect to the coordinator and run it again.';
  END IF;
END $$;

-- The other nodes that get metadata and DDL. Fails while one of them is out of sync; holds the lock that makes DDL
-- and citus_add_node wait for each other.
CREATE FUNCTION citus_internal.metadata_nodes() RETURNS pg_catalog.pg_dist_node[]
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  nodes pg_dist_node[];
  node pg_dist_node;
BEGIN
  LOCK TABLE pg_dist_node IN ROW SHARE MODE;
  SELECT coalesce(array_agg(n ORDER BY n.nodename, n.nodeport), '{}') INTO nodes FROM pg_dist_node n
   WHERE groupid <> 0 AND isactive AND hasmetadata AND noderole = 'primary';
  FOREACH node IN ARRAY nodes LOOP
    IF NOT node.metadatasynced THEN
      RAISE EXCEPTION USING ERRCODE = '55000',
        MESSAGE = format('%s:%s is a metadata node, but is out of sync', node.nodename, node.nodeport),
        HINT = 'If the node is up, wait until metadata gets synced to it and try again.';
    END IF;
  END LOOP;
  RETURN nodes;
END $$;
REVOKE ALL ON FUNCTION citus_internal.metadata_nodes FROM PUBLIC;

CREATE FUNCTION citus_internal.run_on_metadata_nodes(command text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  nodes pg_dist_node[] := citus_internal.metadata_nodes();
BEGIN
  PERFORM citus_internal.tx_run(nodes, array_fill(command, ARRAY[cardinality(nodes)]));
END $$;
REVOKE ALL ON FUNCTION citus_internal.run_on_metadata_nodes FROM PUBLIC;

-- Runs on a worker: takes over the coordinator's pg_dist_node and learns the own group.
CREATE FUNCTION citus_internal.receive_nodes(nodes jsonb, own_group integer) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  DELETE FROM pg_dist_node;
  INSERT INTO pg_dist_node SELECT * FROM jsonb_populate_recordset(NULL::pg_dist_node, nodes);
  UPDATE pg_dist_local_group SET groupid = own_group;
END $$;

-- Sends pg_dist_node to every active metadata node that can be reached in this transaction.
CREATE FUNCTION citus_internal.send_nodes() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  node pg_dist_node;
  content jsonb := coalesce((SELECT jsonb_agg(to_jsonb(n)) FROM pg_dist_node n), '[]');
BEGIN
  FOR node IN SELECT * FROM pg_dist_node
               WHERE groupid <> 0 AND isactive AND hasmetadata AND metadatasynced AND noderole = 'primary' LOOP
    PERFORM citus_internal.tx_run(ARRAY[node], ARRAY[
      format('SELECT citus_internal.receive_nodes(%L, %s)', content, node.groupid)]);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION citus_internal.send_nodes FROM PUBLIC;

CREATE FUNCTION pg_catalog.citus_set_coordinator_host(host text,
    port integer DEFAULT current_setting('port')::integer, node_role pg_catalog.noderole DEFAULT 'primary',
    node_cluster name DEFAULT 'default') RETURNS void
  LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  PERFORM citus_internal.ensure_coordinator();
  LOCK TABLE pg_dist_node IN EXCLUSIVE MODE;
  UPDATE pg_dist_node SET nodename = host, nodeport = port WHERE groupid = 0 AND noderole = node_role;
  IF NOT FOUND THEN
    INSERT INTO pg_dist_node (groupid, nodename, nodeport, hasmetadata, isactive, noderole, nodecluster,
                              metadatasynced, shouldhaveshards)
      VALUES (0, host, port, true, true, node_role, node_cluster, true, false);
  END IF;
  PERFORM citus_internal.send_nodes();
END $$;

-- Makes the node active: gives it the metadata, the shell tables and the reference tables that exist.
CREATE FUNCTION citus_internal.activate(node pg_catalog.pg_dist_node) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  relation pg_dist_partition;
BEGIN
  UPDATE pg_dist_node SET isactive = true, hasmetadata = true, metadatasynced = true WHERE nodeid = node.nodeid
    RETURNING * INTO node;
  PERFORM citus_internal.send_nodes();
  IF node.groupid = 0 OR node.noderole <> 'primary' THEN
    RETURN;
  END IF;
  INSERT INTO pg_dist_placement (shardid, shardstate, shardlength, groupid)
    SELECT shardid, 1, 0, node.groupid FROM pg_dist_shard JOIN pg_dist_partition p USING (logicalrelid)
     WHERE p.repmodel = 't' ON CONFLICT DO NOTHING;
  FOR relation IN SELECT * FROM pg_dist_partition ORDER BY repmodel DESC, logicalrelid::oid LOOP
    PERFORM citus_internal.tx_run(ARRAY[node], ARRAY[citus_internal.table_commands(relation.logicalrelid, node.groupid)]);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION citus_internal.activate FROM PUBLIC;

CREATE FUNCTION pg_catalog.citus_add_inactive_node(nodename text, nodeport integer, groupid integer DEFAULT -1,
    noderole pg_catalog.noderole DEFAULT 'primary', nodecluster name DEFAULT 'default') RETURNS integer
  LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  id integer;
BEGIN
  PERFORM citus_internal.ensure_coordinator();
  LOCK TABLE pg_dist_node IN EXCLUSIVE MODE;
  SELECT n.nodeid INTO id FROM pg_dist_node n
   WHERE n.nodename = citus_add_inactive_node.nodename AND n.nodeport = citus_add_inactive_node.nodeport;
  IF FOUND THEN
    RETURN id;
  END IF;
  IF citus_add_inactive_node.groupid <> 0 AND citus_add_inactive_node.nodename <> 'localhost'
     AND EXISTS (SELECT FROM pg_dist_node n WHERE n.groupid = 0 AND n.nodename = 'localhost') THEN
    RAISE EXCEPTION 'cannot add a worker node when the coordinator hostname is set to localhost' USING
      ERRCODE = 'XX000',
      DETAIL = 'Worker nodes need to be able to connect to the coordinator to transfer data.',
      HINT = 'Use SELECT citus_set_coordinator_host(''<hostname>'') to configure the coordinator hostname';
  END IF;
  INSERT INTO pg_dist_node (groupid, nodename, nodeport, hasmetadata, isactive, noderole, nodecluster,
                            metadatasynced, shouldhaveshards)
    SELECT CASE citus_add_inactive_node.groupid WHEN -1 THEN nextval('pg_dist_groupid_seq')
                                                ELSE citus_add_inactive_node.groupid END,
           citus_add_inactive_node.nodename, citus_add_inactive_node.nodeport,
           citus_add_inactive_node.groupid = 0, false, citus_add_inactive_node.noderole,
           citus_add_inactive_node.nodecluster, citus_add_inactive_node.groupid = 0,
           citus_add_inactive_node.groupid <> 0
    RETURNING nodeid INTO id;
  RETURN id;
END $$;

CREATE FUNCTION pg_catalog.citus_add_node(nodename text, nodeport integer, groupid integer DEFAULT -1,
    noderole pg_catalog.noderole DEFAULT 'primary', nodecluster name DEFAULT 'default') RETURNS integer
  LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  id integer := citus_add_inactive_node(nodename, nodeport, groupid, noderole, nodecluster);
  node pg_dist_node;
BEGIN
  SELECT * INTO node FROM pg_dist_node n WHERE n.nodeid = id;
  IF NOT node.isactive THEN
    PERFORM citus_internal.activate(node);
  END IF;
  RETURN node.nodeid;
END $$;

CREATE FUNCTION citus_internal.find_node(name text, port integer) RETURNS pg_catalog.pg_dist_node
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  node pg_dist_node;
BEGIN
  PERFORM citus_internal.ensure_coordinator();
  LOCK TABLE pg_dist_node IN EXCLUSIVE MODE;
  SELECT * INTO node FROM pg_dist_node WHERE nodename = name AND nodeport = port;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'node at "%:%" does not exist', name, port USING ERRCODE = 'XX000';
  END IF;
  RETURN node;
END $$;
REVOKE ALL ON FUNCTION citus_internal.find_node FROM PUBLIC;

CREATE FUNCTION pg_catalog.citus_activate_node(nodename text, nodeport integer) RETURNS integer
  LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  node pg_dist_node := citus_internal.find_node(nodename, nodeport);
BEGIN
  PERFORM citus_internal.activate(node);
  RETURN node.nodeid;
END $$;

-- Citus refuses this for the only placement of a shard; so does the stand-in.
CREATE FUNCTION pg_catalog.citus_disable_node(nodename text, nodeport integer, synchronous boolean DEFAULT false)
  RETURNS void LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  node pg_dist_node := citus_internal.find_node(nodename, nodeport);
  relation regclass;
BEGIN
  SELECT s.logicalrelid INTO relation FROM pg_dist_placement p JOIN pg_dist_shard s USING (shardid)
   WHERE p.groupid = node.groupid
     AND NOT EXISTS (SELECT FROM pg_dist_placement o WHERE o.shardid = p.shardid AND o.groupid <> p.groupid) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'cannot remove or disable the node %:% because because it contains the only shard placement for shard %',
      node.nodename, node.nodeport,
      (SELECT min(p.shardid) FROM pg_dist_placement p WHERE p.groupid = node.groupid)
      USING ERRCODE = 'XX000',
            DETAIL = format('One of the table(s) that prevents the operation complete successfully is %s', relation),
            HINT = 'To proceed, either drop the tables or use undistribute_table() function to convert them to local tables';
  END IF;
  DELETE FROM pg_dist_placement p WHERE p.groupid = node.groupid;
  UPDATE pg_dist_node n SET isactive = false, metadatasynced = false WHERE n.nodeid = node.nodeid;
  PERFORM citus_internal.send_nodes();
END $$;

CREATE FUNCTION pg_catalog.citus_remove_node(nodename text, nodeport integer) RETURNS void
  LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  node pg_dist_node := citus_internal.find_node(nodename, nodeport);
BEGIN
  PERFORM citus_disable_node(nodename, nodeport);
  DELETE FROM pg_dist_node n WHERE n.nodeid = node.nodeid;
  PERFORM citus_internal.send_nodes();
END $$;

-- As in Citus, every metadata node is out of sync afterwards. There is no maintenance daemon here that mends it:
-- a test calls citus_standin_sync_metadata().
CREATE FUNCTION pg_catalog.citus_update_node(node_id integer, new_node_name text, new_node_port integer,
    force boolean DEFAULT false, lock_cooldown integer DEFAULT 10000) RETURNS void
  LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  PERFORM citus_internal.ensure_coordinator();
  LOCK TABLE pg_dist_node IN EXCLUSIVE MODE;
  UPDATE pg_dist_node SET nodename = new_node_name, nodeport = new_node_port WHERE nodeid = node_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'node % not found', node_id USING ERRCODE = '02000';
  END IF;
  UPDATE pg_dist_node SET metadatasynced = false WHERE groupid <> 0 AND hasmetadata;
END $$;

-- Not in Citus: does at once what its maintenance daemon does.
CREATE FUNCTION pg_catalog.citus_standin_sync_metadata() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  PERFORM citus_internal.ensure_coordinator();
  LOCK TABLE pg_dist_node IN EXCLUSIVE MODE;
  UPDATE pg_dist_node SET metadatasynced = true WHERE groupid <> 0 AND hasmetadata AND isactive;
  PERFORM citus_internal.send_nodes();
END $$;

REVOKE ALL ON FUNCTION pg_catalog.citus_set_coordinator_host, pg_catalog.citus_add_inactive_node,
  pg_catalog.citus_add_node, pg_catalog.citus_activate_node, pg_catalog.citus_disable_node,
  pg_catalog.citus_remove_node, pg_catalog.citus_update_node, pg_catalog.citus_standin_sync_metadata FROM PUBLIC;

-- ---------------------------------------------------------------------------------------------------------------
-- 9. Defaults of the citus.* settings: for new sessions through the database, and for the creating one
-- ---------------------------------------------------------------------------------------------------------------

DO $$
DECLARE
  name text;
  value text;
BEGIN
  FOR name, value IN VALUES
    ('citus.cluster_name', 'default'), ('citus.use_secondary_nodes', 'never'), ('citus.shard_count', '32'),
    ('citus.shard_replication_factor', '1'), ('citus.multi_shard_modify_mode', 'parallel'),
    ('citus.node_connection_timeout', '30s'), ('citus.propagate_set_commands', 'none'),
    ('citus.enable_ddl_propagation', 'on'), ('citus.enable_metadata_sync', 'on'),
    ('citus.enable_unsafe_triggers', 'off'), ('citus.create_object_propagation', 'immediate'),
    ('citus.enable_schema_based_sharding', 'off'), ('citus.use_citus_managed_tables', 'off'),
    ('citus.max_adaptive_executor_pool_size', '16'), ('citus.local_hostname', 'localhost'),
    ('citus.recover_2pc_interval', '1min'), ('citus.metadata_sync_interval', '1min'), ('citus.version', '13.2.2')
  LOOP
    EXECUTE format('ALTER DATABASE %I SET %s = %L', current_database(), name, value);
    PERFORM set_config(name, value, false);
  END LOOP;
END $$;
