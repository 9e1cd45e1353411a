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

-- RAISE with a detail and a hint only where there is one: an empty DETAIL would be sent as such.
CREATE FUNCTION citus_internal.raise(message text, state text, detail text DEFAULT '', hint text DEFAULT '')
  RETURNS void LANGUAGE plpgsql
  AS $$
BEGIN
  IF detail <> '' AND hint <> '' THEN
    RAISE EXCEPTION USING MESSAGE = message, ERRCODE = state, DETAIL = detail, HINT = hint;
  ELSIF detail <> '' THEN
    RAISE EXCEPTION USING MESSAGE = message, ERRCODE = state, DETAIL = detail;
  ELSIF hint <> '' THEN
    RAISE EXCEPTION USING MESSAGE = message, ERRCODE = state, HINT = hint;
  ELSE
    RAISE EXCEPTION USING MESSAGE = message, ERRCODE = state;
  END IF;
END $$;

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

CREATE FUNCTION citus_internal.conninfo(host text, port integer, purpose text) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT string_agg(keyword || '=''' || replace(replace(value, '\', '\\'), '''', '\''') || '''', ' ')
    FROM (VALUES ('host', host), ('port', port::text), ('dbname', current_database()::text),
                 ('user', session_user::text), ('connect_timeout', citus_internal.connect_timeout()::text),
                 ('application_name', purpose || ' gpid=' || pg_catalog.citus_backend_gpid())) AS t(keyword, value)
  $$;

-- Opens (or opens again) the dblink connection `connection`. Fails with 08006 and the text of Citus. `purpose` begins
-- the application_name: behind citus_internal the event triggers of section 8 keep still.
CREATE FUNCTION citus_internal.connect(connection text, host text, port integer,
    purpose text DEFAULT 'citus_internal') RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  reason text;
BEGIN
  IF connection = ANY (citus_internal.dblink_get_connections()) THEN
    PERFORM citus_internal.dblink_disconnect(connection);
  END IF;
  PERFORM citus_internal.dblink_connect(connection, citus_internal.conninfo(host, port, purpose));
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
      PERFORM citus_internal.connect('citus_command_' || i, hosts[i], ports[i], 'citus_run_command');
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
-- and would block others. `live` maps the coordinator's backends that are inside a transaction to its start (by
-- the clock of the coordinator; the nodes of a test share one). Runs on the worker.
CREATE FUNCTION citus_internal.end_stale_transactions(live jsonb) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
   WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()
     AND application_name ~ '^citus_internal gpid=\d+$'
     AND xact_start < now() - interval '1 second'
     AND coalesce((live ->> ((substring(application_name FROM '\d+$')::bigint % 10000000000)::text))::timestamptz, 'infinity')
         > xact_start
  $$;

-- The open remote transaction of this transaction on the node; begins it at first use. Returns the connection's name.
CREATE FUNCTION citus_internal.tx_connection(node pg_catalog.pg_dist_node) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  connection text := 'citus_transaction_' || node.nodeid;
  key text := 'citus_standin.depth_' || node.nodeid;
  begin_text text := 'BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED';
  live jsonb;
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
  SELECT jsonb_object_agg(pid, xact_start) INTO live FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid IS NOT NULL;
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
        PERFORM citus_internal.wait_for(ARRAY[connection]);
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
    PERFORM citus_internal.raise(message, state, coalesce(detail, ''), coalesce(hint, ''));
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

CREATE FUNCTION pg_catalog.citus_set_node_property(node_name text, node_port integer, property text, value boolean)
  RETURNS void LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  PERFORM citus_internal.ensure_coordinator();
  IF property <> 'shouldhaveshards' THEN
    RAISE EXCEPTION 'only the ''shouldhaveshards'' property can be set using this function';
  END IF;
  UPDATE pg_dist_node SET shouldhaveshards = value WHERE nodename = node_name AND nodeport = node_port;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'node at "%:%" does not exist', node_name, node_port;
  END IF;
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
  pg_catalog.citus_remove_node, pg_catalog.citus_update_node, pg_catalog.citus_set_node_property,
  pg_catalog.citus_standin_sync_metadata FROM PUBLIC;

-- ---------------------------------------------------------------------------------------------------------------
-- 6. Tables
--    Rows stay in the coordinator's shell table; the shards on the workers are real tables of the right shape and
--    stay empty. citus_internal.sync_shards gives shards the shape of their shell table, at creation and after every
--    ALTER TABLE or CREATE INDEX.
-- ---------------------------------------------------------------------------------------------------------------

-- Which local table is which shard: survives a rename of either.
CREATE TABLE citus_internal.shard_table (shardid bigint PRIMARY KEY, relid oid NOT NULL UNIQUE);
GRANT SELECT ON citus_internal.shard_table TO PUBLIC;

CREATE FUNCTION citus_internal.qualified(relation oid) RETURNS text
  LANGUAGE sql STABLE
  AS $$ SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.oid = relation $$;

-- name_<shardid>, cut at 63 bytes with a hash in between. (The hash is not the one of Citus.)
CREATE FUNCTION citus_internal.shard_object_name(name text, shardid bigint) RETURNS text
  LANGUAGE sql IMMUTABLE
  AS $$
  SELECT CASE WHEN octet_length(name) + length(shardid::text) + 1 <= 63 THEN name || '_' || shardid
              ELSE left(name, 63 - length(shardid::text) - 10) || '_' || left(md5(name), 8) || '_' || shardid END
  $$;

CREATE FUNCTION pg_catalog.shard_name(object_name regclass, shard_id bigint, skip_qualify_public boolean DEFAULT true)
  RETURNS text LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT CASE WHEN n.nspname = 'public' AND skip_qualify_public THEN '' ELSE quote_ident(n.nspname) || '.' END
         || quote_ident(citus_internal.shard_object_name(c.relname, shard_id))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = object_name
  $$;

CREATE FUNCTION pg_catalog.column_to_column_name(table_name regclass, column_var_text text) RETURNS text
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
  AS $$ SELECT attname::text FROM pg_attribute
         WHERE attrelid = table_name AND attnum = substring(column_var_text FROM ':varattno (\d+)')::integer $$;

CREATE FUNCTION pg_catalog.worker_nextval(sequence regclass) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'nextval(sequence) calls in worker nodes are not supported for column defaults of type int or smallint'
    USING ERRCODE = 'XX000';
END $$;

-- Rows are not routed, so the sizes of a distributed table are those of the coordinator's table.
CREATE FUNCTION citus_internal.check_size_of(relation regclass) RETURNS regclass
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = relation) THEN
    RAISE EXCEPTION 'cannot calculate the size because relation ''%'' is not distributed',
      (SELECT relname FROM pg_class WHERE oid = relation) USING ERRCODE = '42P16';
  END IF;
  RETURN relation;
END $$;
CREATE FUNCTION pg_catalog.citus_relation_size(logicalrelid regclass) RETURNS bigint
  LANGUAGE sql STRICT AS $$ SELECT pg_relation_size(citus_internal.check_size_of(logicalrelid)) $$;
CREATE FUNCTION pg_catalog.citus_table_size(logicalrelid regclass) RETURNS bigint
  LANGUAGE sql STRICT AS $$ SELECT pg_table_size(citus_internal.check_size_of(logicalrelid)) $$;
CREATE FUNCTION pg_catalog.citus_total_relation_size(logicalrelid regclass, fail_on_error boolean DEFAULT true)
  RETURNS bigint LANGUAGE sql STRICT AS $$ SELECT pg_total_relation_size(citus_internal.check_size_of(logicalrelid)) $$;

CREATE FUNCTION citus_internal.table_type(relation pg_catalog.pg_dist_partition) RETURNS text
  LANGUAGE sql STABLE
  AS $$ SELECT CASE WHEN relation.partkey IS NOT NULL THEN 'distributed' WHEN relation.repmodel = 't' THEN 'reference'
                    WHEN relation.colocationid = 0 THEN 'local' ELSE 'distributed' END $$;

CREATE VIEW public.citus_tables AS
  SELECT p.logicalrelid AS table_name, citus_internal.table_type(p) AS citus_table_type,
         coalesce(column_to_column_name(p.logicalrelid, p.partkey), '<none>') AS distribution_column,
         p.colocationid AS colocation_id, pg_size_pretty(citus_table_size(p.logicalrelid)) AS table_size,
         (SELECT count(*) FROM pg_catalog.pg_dist_shard s WHERE s.logicalrelid = p.logicalrelid) AS shard_count,
         pg_get_userbyid(c.relowner) AS table_owner, a.amname AS access_method
    FROM pg_catalog.pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid LEFT JOIN pg_am a ON a.oid = c.relam
   ORDER BY p.logicalrelid::text;
GRANT SELECT ON public.citus_tables TO PUBLIC;

CREATE VIEW citus.citus_shards AS
  SELECT s.logicalrelid AS table_name, s.shardid, shard_name(s.logicalrelid, s.shardid) AS shard_name,
         citus_internal.table_type(p) AS citus_table_type, p.colocationid AS colocation_id, n.nodename, n.nodeport,
         0::bigint AS shard_size
    FROM pg_catalog.pg_dist_shard s
    JOIN pg_catalog.pg_dist_placement USING (shardid)
    JOIN pg_catalog.pg_dist_node n USING (groupid)
    JOIN pg_catalog.pg_dist_partition p USING (logicalrelid)
   ORDER BY s.logicalrelid::text, s.shardid;
ALTER VIEW citus.citus_shards SET SCHEMA pg_catalog;
GRANT SELECT ON pg_catalog.citus_shards TO PUBLIC;

CREATE VIEW citus.pg_dist_shard_placement AS
  SELECT shardid, shardstate, shardlength, nodename, nodeport, placementid
    FROM pg_catalog.pg_dist_placement JOIN pg_catalog.pg_dist_node n USING (groupid) WHERE n.noderole = 'primary';
ALTER VIEW citus.pg_dist_shard_placement SET SCHEMA pg_catalog;
GRANT SELECT ON pg_catalog.pg_dist_shard_placement TO PUBLIC;

CREATE FUNCTION pg_catalog.run_command_on_shards(table_name regclass, command text, parallel boolean DEFAULT true,
    OUT shardid bigint, OUT success boolean, OUT result text)
  RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  WITH shards AS (
    SELECT DISTINCT ON (s.shardid) s.shardid, p.nodename, p.nodeport, format(command, shard_name(table_name, s.shardid)) AS command
      FROM pg_dist_shard s JOIN pg_dist_shard_placement p USING (shardid)
     WHERE s.logicalrelid = table_name ORDER BY s.shardid, p.placementid
  ), lists AS (
    SELECT array_agg(s.shardid ORDER BY s.shardid) AS ids, array_agg(nodename ORDER BY s.shardid) AS names,
           array_agg(nodeport ORDER BY s.shardid) AS ports, array_agg(s.command ORDER BY s.shardid) AS commands
      FROM shards s
  )
  SELECT ids[r.ordinality], r.success, r.result FROM lists, citus_internal.run_on_nodes(names, ports, commands) r
  $$;

CREATE FUNCTION pg_catalog.run_command_on_placements(table_name regclass, command text, parallel boolean DEFAULT true,
    OUT nodename text, OUT nodeport integer, OUT shardid bigint, OUT success boolean, OUT result text)
  RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  WITH lists AS (
    SELECT array_agg(s.shardid ORDER BY p.placementid) AS ids, array_agg(p.nodename ORDER BY p.placementid) AS names,
           array_agg(p.nodeport ORDER BY p.placementid) AS ports,
           array_agg(format(command, shard_name(table_name, s.shardid)) ORDER BY p.placementid) AS commands
      FROM pg_dist_shard s JOIN pg_dist_shard_placement p USING (shardid) WHERE s.logicalrelid = table_name
  )
  SELECT names[r.ordinality], ports[r.ordinality]::integer, ids[r.ordinality], r.success, r.result
    FROM lists, citus_internal.run_on_nodes(names, ports, commands) r
  $$;

-- One of the table's shards, always the same for a value; not the one that Citus would choose.
CREATE FUNCTION pg_catalog.get_shard_id_for_distribution_column(table_name regclass, distribution_value anyelement)
  RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT shardid FROM (
    SELECT shardid, row_number() OVER (ORDER BY shardid) - 1 AS place, count(*) OVER () AS shards
      FROM pg_dist_shard WHERE logicalrelid = table_name) s
   WHERE place = (hashtext(distribution_value::text) & 2147483647) % shards
  $$;

-- True while the stand-in itself changes tables, so that its event triggers keep still.
CREATE FUNCTION citus_internal.is_internal() RETURNS boolean
  LANGUAGE sql STABLE
  AS $$ SELECT current_setting('application_name') LIKE 'citus_internal gpid=%'
            OR coalesce(current_setting('citus_standin.internal', true), '') = 'on' $$;

-- The definition that a constraint of the shell table has on the shard: a foreign key goes to the shard of the other
-- table that holds the same hash range, or to the only shard of a reference table.
CREATE FUNCTION citus_internal.shard_constraint(oid, bigint) RETURNS text
  LANGUAGE sql STABLE
  AS $$
  SELECT CASE WHEN con.contype <> 'f' THEN pg_get_constraintdef(con.oid)
              ELSE replace(pg_get_constraintdef(con.oid),
                           ' REFERENCES ' || citus_internal.qualified(con.confrelid) || '(',
                           ' REFERENCES ' || citus_internal.qualified(target.relid) || '(') END
    FROM pg_constraint con
    JOIN pg_dist_shard own ON own.shardid = $2
    LEFT JOIN LATERAL (
      SELECT t.relid FROM pg_dist_shard s JOIN citus_internal.shard_table t USING (shardid)
       WHERE s.logicalrelid = con.confrelid
         AND (s.shardminvalue = own.shardminvalue OR s.shardminvalue IS NULL)) target ON con.contype = 'f'
   WHERE con.oid = $1
  $$;

-- Gives the local shards of the relation the shape of its shell table: makes the missing ones, renames, adds, drops
-- and changes columns, constraints and indexes of the others.
CREATE FUNCTION citus_internal.sync_shards(relation regclass, only_indexes boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
  AS $$
DECLARE
  was_internal text := coalesce(current_setting('citus_standin.internal', true), '');
  shell pg_class;
  schema_name name;
  shard record;
  command text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_shard s JOIN pg_dist_placement p USING (shardid) JOIN pg_dist_local_group USING (groupid)
                  WHERE s.logicalrelid = relation) THEN
    RETURN;
  END IF;
  PERFORM set_config('citus_standin.internal', 'on', true);
  SELECT * INTO shell FROM pg_class WHERE oid = relation;
  SELECT nspname INTO schema_name FROM pg_namespace WHERE oid = shell.relnamespace;
  -- a. the tables and their names
  FOR shard IN
    SELECT s.shardid, t.relid, c.relname, n.nspname, citus_internal.shard_object_name(shell.relname, s.shardid) AS name
      FROM pg_dist_shard s
      JOIN pg_dist_placement p USING (shardid)
      JOIN pg_dist_local_group l USING (groupid)
      LEFT JOIN citus_internal.shard_table t ON t.shardid = s.shardid
      LEFT JOIN pg_class c ON c.oid = t.relid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE s.logicalrelid = relation ORDER BY s.shardid
  LOOP
    IF shard.relname IS NULL THEN
      EXECUTE format('CREATE %s TABLE %I.%I (LIKE %I.%I INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE)%s',
                     CASE shell.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END,
                     schema_name, shard.name, schema_name, shell.relname,
                     coalesce(' WITH (' || array_to_string(shell.reloptions, ', ') || ')', ''));
      INSERT INTO citus_internal.shard_table VALUES (shard.shardid, format('%I.%I', schema_name, shard.name)::regclass)
        ON CONFLICT (shardid) DO UPDATE SET relid = EXCLUDED.relid;
      EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', schema_name, shard.name, pg_get_userbyid(shell.relowner));
    ELSIF shard.nspname <> schema_name THEN
      EXECUTE format('ALTER TABLE %I.%I SET SCHEMA %I', shard.nspname, shard.relname, schema_name);
    END IF;
    IF shard.relname <> shard.name THEN
      EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', schema_name, shard.relname, shard.name);
    END IF;
  END LOOP;
  IF NOT only_indexes THEN
    -- b. columns: with equal numbers of columns a different name in the same place is a rename, else names decide
    FOR command IN
      WITH live AS (
        SELECT t.shardid, a.attrelid, a.attname, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS place,
               count(*) OVER (PARTITION BY a.attrelid) AS places
          FROM citus_internal.local_tables(relation) t JOIN pg_attribute a ON a.attrelid = t.relid
         WHERE a.attnum > 0 AND NOT a.attisdropped
      )
      SELECT format('ALTER TABLE %s RENAME COLUMN %I TO %I', citus_internal.qualified(s.attrelid), s.attname, t.attname)
        FROM live s JOIN live t ON t.shardid IS NULL AND t.place = s.place AND t.places = s.places
       WHERE s.shardid IS NOT NULL AND s.attname <> t.attname
         AND NOT EXISTS (SELECT FROM live o WHERE o.attrelid = s.attrelid AND o.attname = t.attname)
    LOOP
      EXECUTE command;
    END LOOP;
    FOR command IN
      WITH live AS (
        SELECT t.shardid, a.attrelid, a.attnum, a.attname, a.attnotnull, a.attgenerated, format_type(a.atttypid, a.atttypmod) AS type,
               a.attcollation,
               -- defaults from sequences are computed before rows reach a shard
               CASE WHEN a.attidentity <> '' OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_attrdef'::regclass
                      AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> a.attrelid)
                    THEN NULL ELSE pg_get_expr(f.adbin, f.adrelid) END AS value
          FROM citus_internal.local_tables(relation) t JOIN pg_attribute a ON a.attrelid = t.relid
          LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
         WHERE a.attnum > 0 AND NOT a.attisdropped
      ), shards AS (SELECT * FROM citus_internal.local_tables(relation) WHERE shardid IS NOT NULL)
      SELECT format('ALTER TABLE %s %s', citus_internal.qualified(change.relid), string_agg(change.part, ', ' ORDER BY change.n))
        FROM (
          SELECT s.relid, 1 AS n, format('DROP COLUMN %I CASCADE', c.attname) AS part
            FROM shards s JOIN live c ON c.attrelid = s.relid
           WHERE NOT EXISTS (SELECT FROM live t WHERE t.shardid IS NULL AND t.attname = c.attname)
          UNION ALL
          SELECT s.relid, 100 + t.attnum,
                 format('ADD COLUMN %I %s%s%s%s', t.attname, t.type,
                        coalesce((SELECT format(' COLLATE %I.%I', n.nspname, l.collname) FROM pg_collation l
                                    JOIN pg_namespace n ON n.oid = l.collnamespace
                                   WHERE l.oid = t.attcollation AND l.collname <> 'default'), ''),
                        CASE WHEN t.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', t.value)
                             WHEN t.value IS NOT NULL THEN ' DEFAULT ' || t.value ELSE '' END,
                        CASE WHEN t.attnotnull THEN ' NOT NULL' ELSE '' END)
            FROM shards s CROSS JOIN live t
           WHERE t.shardid IS NULL
             AND NOT EXISTS (SELECT FROM live c WHERE c.attrelid = s.relid AND c.attname = t.attname)
          UNION ALL
          SELECT s.relid, part.n, part.text
            FROM shards s JOIN live c ON c.attrelid = s.relid JOIN live t ON t.shardid IS NULL AND t.attname = c.attname
            CROSS JOIN LATERAL (VALUES
              (2000 + t.attnum, CASE WHEN c.type <> t.type
                 THEN format('ALTER COLUMN %1$I DROP DEFAULT, ALTER COLUMN %1$I TYPE %2$s USING %1$I::%2$s', t.attname, t.type) END),
              (4000 + t.attnum, CASE WHEN c.attnotnull AND NOT t.attnotnull THEN format('ALTER COLUMN %I DROP NOT NULL', t.attname)
                 WHEN t.attnotnull AND NOT c.attnotnull THEN format('ALTER COLUMN %I SET NOT NULL', t.attname) END),
              (6000 + t.attnum, CASE WHEN t.attgenerated = '' AND c.attgenerated = 's' THEN format('ALTER COLUMN %I DROP EXPRESSION', t.attname)
                 WHEN t.attgenerated = 's' THEN NULL
                 WHEN t.value IS NULL AND c.value IS NOT NULL THEN format('ALTER COLUMN %I DROP DEFAULT', t.attname)
                 WHEN t.value IS NOT NULL AND (c.value IS DISTINCT FROM t.value OR c.type <> t.type)
                 THEN format('ALTER COLUMN %I SET DEFAULT %s', t.attname, t.value) END)) AS part(n, text)
           WHERE part.text IS NOT NULL
          UNION ALL
          -- LIKE copied a default that draws from a sequence
          SELECT s.relid, 8000 + a.attnum, format('ALTER COLUMN %I DROP DEFAULT', a.attname)
            FROM shards s JOIN pg_attribute a ON a.attrelid = s.relid
            JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
            JOIN live c ON c.attrelid = a.attrelid AND c.attnum = a.attnum AND c.value IS NULL
        ) change
       GROUP BY change.relid
    LOOP
      EXECUTE command;
    END LOOP;
    -- c. constraints, foreign keys last; one that only has another name now is renamed, which keeps what depends on it
    FOR command IN
      SELECT format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', citus_internal.qualified(s.relid), p.conname,
                    citus_internal.shard_object_name(con.conname, s.shardid))
        FROM pg_constraint con CROSS JOIN citus_internal.local_tables(relation) s
        JOIN pg_constraint p ON p.conrelid = s.relid AND p.contype = con.contype
         AND pg_get_constraintdef(p.oid) = citus_internal.shard_constraint(con.oid, s.shardid)
       WHERE con.conrelid = relation AND con.contype IN ('p', 'u', 'c', 'x', 'f') AND s.shardid IS NOT NULL
         AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conrelid = s.relid
                            AND o.conname = citus_internal.shard_object_name(con.conname, s.shardid))
         AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conrelid = relation
                            AND citus_internal.shard_object_name(o.conname, s.shardid) = p.conname)
    LOOP
      EXECUTE command;
    END LOOP;
    FOR command IN
      WITH wanted AS (
        SELECT s.shardid, s.relid, con.contype, citus_internal.shard_object_name(con.conname, s.shardid) AS name,
               citus_internal.shard_constraint(con.oid, s.shardid) AS definition
          FROM pg_constraint con CROSS JOIN citus_internal.local_tables(relation) s
         WHERE con.conrelid = relation AND con.contype IN ('p', 'u', 'c', 'x', 'f') AND s.shardid IS NOT NULL
      ), present AS (
        SELECT s.relid, con.contype, con.conname, pg_get_constraintdef(con.oid) AS definition
          FROM citus_internal.local_tables(relation) s JOIN pg_constraint con ON con.conrelid = s.relid
         WHERE s.shardid IS NOT NULL AND con.contype IN ('p', 'u', 'c', 'x', 'f')
      )
      SELECT part FROM (
        SELECT 1 AS n, format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', citus_internal.qualified(p.relid), p.conname) AS part
          FROM present p
         WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.relid = p.relid AND w.name = p.conname
                              AND w.definition IN (p.definition, p.definition || ' NOT VALID')
                              OR w.relid = p.relid AND w.name = p.conname AND w.definition || ' NOT VALID' = p.definition)
        UNION ALL
        SELECT CASE w.contype WHEN 'f' THEN 3 ELSE 2 END,
               CASE WHEN w.definition || ' NOT VALID' = p.definition
                    THEN format('ALTER TABLE %s VALIDATE CONSTRAINT %I', citus_internal.qualified(w.relid), w.name)
                    ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', citus_internal.qualified(w.relid), w.name, w.definition) END
          FROM wanted w LEFT JOIN present p ON p.relid = w.relid AND p.conname = w.name
         WHERE w.definition IS NOT NULL AND w.definition IS DISTINCT FROM p.definition
           AND w.definition IS DISTINCT FROM p.definition || ' NOT VALID'
      ) changes WHERE part IS NOT NULL ORDER BY n
    LOOP
      EXECUTE command;
    END LOOP;
  END IF;
  -- d. indexes that no constraint owns
  FOR command IN
    WITH wanted AS (
      SELECT s.relid, citus_internal.shard_object_name(c.relname, s.shardid) AS name,
             replace(pg_get_indexdef(i.indexrelid),
                     format(' INDEX %I ON %s USING ', c.relname, citus_internal.qualified(relation)),
                     format(' INDEX %I ON %s USING ', citus_internal.shard_object_name(c.relname, s.shardid),
                            citus_internal.qualified(s.relid))) AS definition
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid CROSS JOIN citus_internal.local_tables(relation) s
       WHERE i.indrelid = relation AND s.shardid IS NOT NULL
         AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
    ), present AS (
      SELECT s.relid, i.indexrelid, c.relname, pg_get_indexdef(i.indexrelid) AS definition
        FROM citus_internal.local_tables(relation) s JOIN pg_index i ON i.indrelid = s.relid
        JOIN pg_class c ON c.oid = i.indexrelid
       WHERE s.shardid IS NOT NULL
         AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
    )
    SELECT part FROM (
      SELECT 1 AS n, 'DROP INDEX ' || citus_internal.qualified(p.indexrelid) AS part FROM present p
       WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.relid = p.relid AND w.definition = p.definition)
      UNION ALL
      SELECT 2, w.definition FROM wanted w
       WHERE NOT EXISTS (SELECT FROM present p WHERE p.relid = w.relid AND p.definition = w.definition)
    ) changes ORDER BY n
  LOOP
    EXECUTE command;
  END LOOP;
  -- e. row-level security: the flags, then policies, of which one that is otherwise is made anew
  FOR command IN
    WITH tables AS (
      SELECT s.shardid, s.relid, c.relrowsecurity, c.relforcerowsecurity
        FROM citus_internal.local_tables(relation) s JOIN pg_class c ON c.oid = s.relid
    ), policy AS (
      SELECT t.shardid, t.relid, p.polname, format(' AS %s FOR %s TO %s%s%s',
               CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
               CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                             ELSE 'ALL' END,
               (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END, ', ' ORDER BY role)
                  FROM unnest(p.polroles) role),
               ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
               ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS definition
        FROM tables t JOIN pg_policy p ON p.polrelid = t.relid
    )
    SELECT part FROM (
      SELECT 1 AS n, format('ALTER TABLE %s %s ROW LEVEL SECURITY', citus_internal.qualified(t.relid),
                            CASE WHEN shell.relrowsecurity THEN 'ENABLE' ELSE 'DISABLE' END) AS part
        FROM tables t WHERE t.shardid IS NOT NULL AND t.relrowsecurity <> shell.relrowsecurity
      UNION ALL
      SELECT 2, format('ALTER TABLE %s %s ROW LEVEL SECURITY', citus_internal.qualified(t.relid),
                       CASE WHEN shell.relforcerowsecurity THEN 'FORCE' ELSE 'NO FORCE' END)
        FROM tables t WHERE t.shardid IS NOT NULL AND t.relforcerowsecurity <> shell.relforcerowsecurity
      UNION ALL
      SELECT 3, format('DROP POLICY %I ON %s', p.polname, citus_internal.qualified(p.relid)) FROM policy p
       WHERE p.shardid IS NOT NULL AND NOT EXISTS (
         SELECT FROM policy w WHERE w.shardid IS NULL AND w.polname = p.polname AND w.definition = p.definition)
      UNION ALL
      SELECT 4, format('CREATE POLICY %I ON %s', w.polname, citus_internal.qualified(t.relid)) || w.definition
        FROM policy w CROSS JOIN tables t
       WHERE w.shardid IS NULL AND t.shardid IS NOT NULL AND NOT EXISTS (
         SELECT FROM policy p WHERE p.relid = t.relid AND p.polname = w.polname AND p.definition = w.definition)
    ) changes ORDER BY n
  LOOP
    EXECUTE command;
  END LOOP;
  PERFORM set_config('citus_standin.internal', was_internal, true);
END $$;

-- The shell table (shardid NULL) and the local shards of a relation.
CREATE FUNCTION citus_internal.local_tables(relation regclass, OUT shardid bigint, OUT relid oid) RETURNS SETOF record
  LANGUAGE sql STABLE ROWS 20
  AS $$
  SELECT NULL::bigint, relation::oid
  UNION ALL
  SELECT t.shardid, t.relid FROM pg_dist_shard s JOIN citus_internal.shard_table t USING (shardid)
   WHERE s.logicalrelid = relation
  $$;

-- The statements that make a shell table like `relation` on another node of group `node_group`.
CREATE FUNCTION citus_internal.shell_statements(relation regclass, node_group integer) RETURNS text[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  range_start bigint := (node_group::bigint << 48) + 1;
  range_end bigint := ((node_group::bigint + 1) << 48) + 1;
  name text := citus_internal.qualified(relation);
  shell pg_class;
  statements text[];
BEGIN
  SELECT * INTO shell FROM pg_class WHERE oid = relation;
  statements := ARRAY['CREATE SCHEMA IF NOT EXISTS ' || quote_ident(shell.relnamespace::regnamespace::name)];
  -- sequences that defaults draw from; a worker gets a range of its own
  statements := statements || coalesce((
    SELECT array_agg(format('CREATE SEQUENCE IF NOT EXISTS %s AS %s INCREMENT %s%s', citus_internal.qualified(q.seqrelid),
             format_type(q.seqtypid, NULL), q.seqincrement,
             CASE q.seqtypid WHEN 'bigint'::regtype THEN format(' MINVALUE %1$s START %1$s MAXVALUE %2$s', range_start, range_end) ELSE '' END))
      FROM citus_internal.default_sequences(relation) d JOIN pg_sequence q ON q.seqrelid = d.sequence), '{}');
  statements := statements || (
    SELECT format('CREATE %s TABLE %s (%s)%s', CASE shell.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END, name,
             string_agg(format('%I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
               coalesce((SELECT format(' COLLATE %I.%I', n.nspname, l.collname) FROM pg_collation l
                           JOIN pg_namespace n ON n.oid = l.collnamespace
                          WHERE l.oid = a.attcollation AND l.collname <> 'default'), ''),
               CASE WHEN a.attidentity <> '' THEN format(' GENERATED %s AS IDENTITY%s',
                           CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
                           CASE a.atttypid WHEN 'bigint'::regtype
                             THEN format(' (MINVALUE %1$s START %1$s MAXVALUE %2$s)', range_start, range_end) ELSE '' END)
                    WHEN a.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(f.adbin, f.adrelid))
                    WHEN f.oid IS NOT NULL THEN ' DEFAULT ' || CASE
                      WHEN a.atttypid IN ('integer'::regtype, 'smallint'::regtype)
                      THEN regexp_replace(pg_get_expr(f.adbin, f.adrelid), '^nextval\(', 'worker_nextval(')
                      ELSE pg_get_expr(f.adbin, f.adrelid) END
                    ELSE '' END,
               CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY a.attnum),
             coalesce(' WITH (' || array_to_string(shell.reloptions, ', ') || ')', ''))
      FROM pg_attribute a LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
     WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped);
  statements := statements || coalesce((
    SELECT array_agg(format('ALTER SEQUENCE %s OWNED BY %s.%I', citus_internal.qualified(d.sequence), name, a.attname))
      FROM citus_internal.default_sequences(relation) d JOIN pg_attribute a ON a.attrelid = relation AND a.attnum = d.attnum
     WHERE d.owned), '{}');
  statements := statements || coalesce((
    SELECT array_agg(format('ALTER TABLE %s ADD CONSTRAINT %I %s', name, con.conname, pg_get_constraintdef(con.oid))
                     ORDER BY con.contype = 'f', con.oid)
      FROM pg_constraint con
     WHERE con.conrelid = relation AND con.contype IN ('p', 'u', 'c', 'x', 'f')
       AND (con.contype <> 'f' OR con.confrelid = relation
            OR EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = con.confrelid))), '{}');
  statements := statements || coalesce((
    SELECT array_agg(pg_get_indexdef(i.indexrelid) ORDER BY i.indexrelid) FROM pg_index i
     WHERE i.indrelid = relation
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))), '{}');
  IF shell.relrowsecurity THEN
    statements := statements || format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
  END IF;
  RETURN statements || format('ALTER TABLE %s OWNER TO %I', name, pg_get_userbyid(shell.relowner));
END $$;
REVOKE ALL ON FUNCTION citus_internal.shell_statements FROM PUBLIC;

-- The sequences that column defaults of a relation draw from (identity columns apart).
CREATE FUNCTION citus_internal.default_sequences(relation regclass, OUT attnum smallint, OUT sequence oid, OUT owned boolean)
  RETURNS SETOF record LANGUAGE sql STABLE
  AS $$
  SELECT f.adnum, s.oid,
         EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = s.oid
                    AND o.refclassid = 'pg_class'::regclass AND o.refobjid = relation AND o.deptype = 'a')
    FROM pg_attrdef f
    JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
   WHERE f.adrelid = relation
  $$;

-- One command that makes shell table, metadata and shards of `relation` on another node.
CREATE FUNCTION citus_internal.table_commands(relation regclass, node_group integer) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT format('SELECT citus_internal.receive_table(%L, %L, %L::text[], %L::jsonb, %L::jsonb, %L::jsonb, %L::jsonb)',
    n.nspname, c.relname, citus_internal.shell_statements(relation, node_group),
    to_jsonb(p), (SELECT jsonb_agg(to_jsonb(s)) FROM pg_dist_shard s WHERE s.logicalrelid = relation),
    (SELECT jsonb_agg(to_jsonb(l)) FROM pg_dist_placement l JOIN pg_dist_shard s USING (shardid) WHERE s.logicalrelid = relation),
    (SELECT to_jsonb(o) FROM pg_dist_colocation o WHERE o.colocationid = p.colocationid))
    FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE p.logicalrelid = relation
  $$;
REVOKE ALL ON FUNCTION citus_internal.table_commands FROM PUBLIC;

-- Runs on a worker. A table that is there already (a node that is activated again) is left as it is.
CREATE FUNCTION citus_internal.receive_table(schema_name text, table_name text, statements text[], partition jsonb,
    shards jsonb, placements jsonb, colocation jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  statement text;
  relation regclass := to_regclass(format('%I.%I', schema_name, table_name));
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = relation) THEN
    FOREACH statement IN ARRAY statements LOOP
      EXECUTE statement;
    END LOOP;
    relation := format('%I.%I', schema_name, table_name)::regclass;
    INSERT INTO pg_dist_partition
      SELECT relation, partmethod, partkey, colocationid, repmodel, autoconverted
        FROM jsonb_populate_record(NULL::pg_dist_partition, partition - 'logicalrelid');
  END IF;
  INSERT INTO pg_dist_colocation SELECT * FROM jsonb_populate_record(NULL::pg_dist_colocation, colocation)
   WHERE colocationid IS NOT NULL ON CONFLICT DO NOTHING;
  INSERT INTO pg_dist_shard
    SELECT relation, shardid, shardstorage, shardminvalue, shardmaxvalue
      FROM jsonb_to_recordset(shards) AS s(shardid bigint, shardstorage "char", shardminvalue text, shardmaxvalue text)
    ON CONFLICT DO NOTHING;
  INSERT INTO pg_dist_placement SELECT * FROM jsonb_populate_recordset(NULL::pg_dist_placement, placements)
    ON CONFLICT DO NOTHING;
  PERFORM citus_internal.sync_shards(relation);
END $$;

-- Removes metadata and local shards of a table that is gone or goes.
CREATE FUNCTION citus_internal.forget_table(relation oid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  was_internal text := coalesce(current_setting('citus_standin.internal', true), '');
  shards bigint[] := ARRAY(SELECT shardid FROM pg_dist_shard WHERE logicalrelid::oid = relation);
  shard text;
BEGIN
  PERFORM set_config('citus_standin.internal', 'on', true);
  FOR shard IN SELECT citus_internal.qualified(c.oid) FROM citus_internal.shard_table t JOIN pg_class c ON c.oid = t.relid
                WHERE t.shardid = ANY (shards) LOOP
    EXECUTE 'DROP TABLE ' || shard || ' CASCADE';
  END LOOP;
  DELETE FROM citus_internal.shard_table WHERE shardid = ANY (shards);
  DELETE FROM pg_dist_placement WHERE shardid = ANY (shards);
  DELETE FROM pg_dist_shard WHERE shardid = ANY (shards);
  DELETE FROM pg_dist_partition WHERE logicalrelid::oid = relation;
  PERFORM set_config('citus_standin.internal', was_internal, true);
END $$;

-- Runs on a worker.
CREATE FUNCTION citus_internal.drop_table(name text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF to_regclass(name) IS NOT NULL THEN
    PERFORM citus_internal.forget_table(to_regclass(name));
    EXECUTE format('DROP TABLE %s CASCADE', name);
  END IF;
END $$;

-- Runs on a worker.
CREATE FUNCTION citus_internal.drop_index(name text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  relation regclass := (SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass(name));
BEGIN
  IF relation IS NOT NULL THEN
    EXECUTE 'DROP INDEX ' || name;
    PERFORM citus_internal.sync_shards(relation, true);
  END IF;
END $$;

-- ---------------------------------------------------------------------------------------------------------------
-- 7. What Citus refuses, with its texts
-- ---------------------------------------------------------------------------------------------------------------

-- Unique keys and foreign keys of a relation that is, or is about to become, distributed by `key` (NULL: reference)
-- in group `colocation`. `index_statement`: the text for CREATE UNIQUE INDEX instead of that for a constraint.
CREATE FUNCTION citus_internal.check_keys(relation regclass, key smallint, colocation integer,
    index_statement boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  con pg_constraint;
  target pg_dist_partition;
  target_key smallint;
BEGIN
  PERFORM FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'x'
    WHERE i.indrelid = relation AND (i.indisunique OR i.indisexclusion) AND key IS NOT NULL
      AND NOT EXISTS (SELECT FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, place)
                       WHERE k.attnum = key
                         AND (c.oid IS NULL
                              OR (SELECT oprname FROM pg_operator o WHERE o.oid = c.conexclop[k.place]) = '='));
  IF FOUND AND index_statement THEN
    RAISE EXCEPTION 'creating unique indexes on non-partition columns is currently unsupported' USING ERRCODE = '0A000';
  ELSIF FOUND THEN
    RAISE EXCEPTION 'cannot create constraint on "%"', (SELECT relname FROM pg_class WHERE oid = relation)
      USING ERRCODE = '0A000', DETAIL = 'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints '
        'that do not include the partition column (with an equality operator if EXCLUDE).';
  END IF;
  FOR con IN SELECT * FROM pg_constraint WHERE conrelid = relation AND contype = 'f' ORDER BY oid LOOP
    SELECT * INTO target FROM pg_dist_partition WHERE logicalrelid = con.confrelid;
    target_key := substring(target.partkey FROM ':varattno (\d+)')::smallint;
    IF con.confrelid = relation THEN
      target.logicalrelid := relation;
      target.colocationid := colocation;
      target_key := key;
    END IF;
    IF target.logicalrelid IS NULL THEN
      CONTINUE WHEN key IS NULL;
      RAISE EXCEPTION 'referenced table "%" must be a distributed table or a reference table',
        (SELECT relname FROM pg_class WHERE oid = con.confrelid)
        USING ERRCODE = '42P16',
              DETAIL = 'To enforce foreign keys, the referencing and referenced rows need to be stored on the same node.',
              HINT = format('You could use SELECT create_reference_table(''%s'') to replicate the referenced table to all '
                            'nodes or consider dropping the foreign key', (SELECT relname FROM pg_class WHERE oid = con.confrelid));
    END IF;
    IF key IS NULL THEN
      CONTINUE WHEN target_key IS NULL;
      RAISE EXCEPTION 'cannot create foreign key constraint since foreign keys from reference tables and local tables to distributed tables are not supported'
        USING ERRCODE = '0A000',
              DETAIL = 'Reference tables and local tables can only have foreign keys to reference tables and local tables';
    END IF;
    IF key = ANY (con.conkey) AND con.confdeltype IN ('n', 'd')
       AND (con.confdelsetcols IS NULL OR key = ANY (con.confdelsetcols)) THEN
      RAISE EXCEPTION 'cannot create foreign key constraint' USING ERRCODE = '0A000',
        DETAIL = 'SET NULL or SET DEFAULT is not supported in ON DELETE operation when distribution key is included in the foreign key constraint';
    ELSIF key = ANY (con.conkey) AND con.confupdtype IN ('n', 'd', 'c') THEN
      RAISE EXCEPTION 'cannot create foreign key constraint' USING ERRCODE = '0A000',
        DETAIL = 'SET NULL, SET DEFAULT or CASCADE is not supported in ON UPDATE operation when distribution key included in the foreign constraint.';
    END IF;
    CONTINUE WHEN target_key IS NULL;
    IF target.colocationid <> colocation THEN
      RAISE EXCEPTION 'cannot create foreign key constraint since relations are not colocated or not referencing a reference table'
        USING ERRCODE = '0A000', DETAIL = 'A distributed table can only have foreign keys if it is referencing another '
          'colocated hash distributed table or a reference table';
    END IF;
    IF array_position(con.conkey, key) IS DISTINCT FROM array_position(con.confkey, target_key)
       OR array_position(con.conkey, key) IS NULL THEN
      RAISE EXCEPTION 'cannot create foreign key constraint' USING ERRCODE = '0A000',
        DETAIL = 'Foreign keys are supported in two cases, either in between two colocated tables including partition '
          'column in the same ordinal in the both tables or from distributed to reference tables';
    END IF;
  END LOOP;
END $$;

-- What has to hold before a table becomes a Citus table of any kind.
CREATE FUNCTION citus_internal.check_new_table(relation regclass) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $body$
DECLARE
  shell pg_class;
  parent regclass := (SELECT inhparent FROM pg_inherits WHERE inhrelid = relation LIMIT 1);
BEGIN
  PERFORM citus_internal.ensure_coordinator();
  SELECT * INTO shell FROM pg_class WHERE oid = relation;
  IF NOT pg_has_role(session_user, shell.relowner, 'USAGE') THEN
    RAISE EXCEPTION 'must be owner of table %', shell.relname USING ERRCODE = '42501';
  END IF;
  IF shell.relnamespace = 'pg_catalog'::regnamespace THEN
    RAISE EXCEPTION 'cannot create a citus table from a catalog table' USING ERRCODE = '0A000';
  END IF;
  IF shell.relkind NOT IN ('r', 'f', 'p') OR (shell.relkind = 'r' AND NOT shell.relispartition
      AND (parent IS NOT NULL OR EXISTS (SELECT FROM pg_inherits WHERE inhparent = relation))) THEN
    RAISE EXCEPTION '% is not a regular, foreign or partitioned table', shell.relname USING ERRCODE = '42809';
  END IF;
  IF shell.relpersistence = 't' THEN
    RAISE EXCEPTION 'cannot distribute a temporary table' USING ERRCODE = '0A000';
  END IF;
  IF shell.relkind = 'f' THEN
    RAISE EXCEPTION 'foreign tables cannot be distributed' USING ERRCODE = 'XX000',
      HINT = format('Can add foreign table "%s" to metadata by running: SELECT citus_add_local_table_to_metadata($$%s$$);',
                    shell.relname, citus_internal.qualified(relation));
  END IF;
  IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = relation) THEN
    RAISE EXCEPTION 'table "%" is already distributed', shell.relname USING ERRCODE = '42P16';
  END IF;
  IF shell.relispartition THEN
    RAISE EXCEPTION 'cannot distribute relation "%" which is partition of "%"', shell.relname,
      (SELECT relname FROM pg_class WHERE oid = parent) USING ERRCODE = 'XX000',
      DETAIL = 'Citus does not support distributing partitions if their parent is not distributed table.',
      HINT = format('Distribute the partitioned table "%s" instead.', (SELECT relname FROM pg_class WHERE oid = parent));
  END IF;
  IF shell.relkind = 'p' THEN
    RAISE EXCEPTION 'the stand-in for Citus does not distribute partitioned tables' USING ERRCODE = '0A000',
      HINT = 'Run this on real Citus.';
  END IF;
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relation AND NOT tgisinternal) THEN
    RAISE EXCEPTION 'cannot distribute relation "%" because it has triggers', shell.relname USING ERRCODE = 'XX000',
      HINT = format('Consider dropping all the triggers on "%s" and retry.', shell.relname);
  END IF;
END $body$;

-- The nodes that take new shards; with an empty pg_dist_node the coordinator becomes one, as localhost.
CREATE FUNCTION citus_internal.shard_groups() RETURNS integer[]
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  groups integer[];
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_node) THEN
    INSERT INTO pg_dist_node (groupid, nodename, nodeport, hasmetadata, isactive, metadatasynced, shouldhaveshards)
      VALUES (0, citus_internal.setting('citus.local_hostname', 'localhost'), current_setting('port')::integer,
              true, true, true, true);
  END IF;
  SELECT array_agg(groupid ORDER BY nodename, nodeport) INTO groups FROM pg_dist_node
   WHERE isactive AND noderole = 'primary' AND shouldhaveshards
     AND nodecluster = citus_internal.setting('citus.cluster_name', 'default');
  IF groups IS NULL THEN
    RAISE EXCEPTION 'replication_factor (1) exceeds number of worker nodes (0)' USING ERRCODE = '22023',
      HINT = 'Add more worker nodes or try again with a lower replication factor.';
  END IF;
  RETURN groups;
END $$;
REVOKE ALL ON FUNCTION citus_internal.shard_groups FROM PUBLIC;

-- Makes the table on all nodes, once its metadata is there on the coordinator.
CREATE FUNCTION citus_internal.spread_table(relation regclass) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $body$
DECLARE
  nodes pg_dist_node[] := citus_internal.metadata_nodes();
  filled boolean;
BEGIN
  PERFORM citus_internal.tx_run(nodes, ARRAY(
    SELECT citus_internal.table_commands(relation, n.groupid) FROM unnest(nodes) WITH ORDINALITY AS n ORDER BY n.ordinality));
  PERFORM citus_internal.sync_shards(relation);
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', citus_internal.qualified(relation)) INTO filled;
  IF filled THEN
    RAISE NOTICE 'Copying data from local table...';
    RAISE NOTICE 'copying the data has completed'
      USING DETAIL = 'The local data in the table is no longer visible, but is still on disk.',
            HINT = format('To remove the local data, run: SELECT truncate_local_data_after_distributing_table($$%s$$)',
                          citus_internal.qualified(relation));
  END IF;
END $body$;
REVOKE ALL ON FUNCTION citus_internal.spread_table FROM PUBLIC;

CREATE FUNCTION pg_catalog.create_distributed_table(table_name regclass, distribution_column text,
    distribution_type citus.distribution_type DEFAULT 'hash', colocate_with text DEFAULT 'default',
    shard_count integer DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  relation regclass := table_name;
  relation_name name := (SELECT relname FROM pg_class WHERE oid = relation);
  wanted_shards integer := shard_count;
  key pg_attribute;
  other pg_dist_partition;
  other_type oid;
  colocation integer;
  groups integer[];
BEGIN
  IF relation IS NULL OR distribution_type IS NULL OR colocate_with IS NULL THEN
    RETURN;
  END IF;
  PERFORM citus_internal.ensure_coordinator();
  IF distribution_column IS NULL OR distribution_type <> 'hash' THEN
    RAISE EXCEPTION 'the stand-in for Citus only distributes by the hash of a column' USING ERRCODE = '0A000',
      HINT = 'Run this on real Citus.';
  END IF;
  IF wanted_shards IS NOT NULL AND colocate_with NOT IN ('default', 'none') THEN
    RAISE EXCEPTION 'Cannot use colocate_with with a table and shard_count at the same time' USING ERRCODE = 'XX000';
  ELSIF wanted_shards NOT BETWEEN 1 AND 64000 THEN
    RAISE EXCEPTION '% is outside the valid range for parameter "shard_count" (1 .. 64000)', wanted_shards USING ERRCODE = 'XX000';
  END IF;
  PERFORM citus_internal.check_new_table(relation);
  PERFORM citus_internal.metadata_nodes();
  SELECT * INTO key FROM pg_attribute
   WHERE attrelid = relation AND attname = distribution_column AND attnum > 0 AND NOT attisdropped;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'column "%" of relation "%" does not exist', distribution_column, relation_name USING ERRCODE = '42703';
  ELSIF key.attgenerated <> '' THEN
    RAISE EXCEPTION 'cannot distribute relation: %', relation_name USING ERRCODE = '0A000',
      DETAIL = 'Distribution column must not use GENERATED ALWAYS AS (...) STORED.';
  ELSIF NOT EXISTS (
      SELECT FROM pg_type t JOIN pg_opclass o ON o.opcdefault AND o.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'hash')
        AND (o.opcintype IN (t.oid, t.typbasetype) OR t.typtype IN ('e', 'c', 'r', 'm', 'd') OR t.typcategory = 'A'
             OR EXISTS (SELECT FROM pg_cast c WHERE c.castsource = t.oid AND c.casttarget = o.opcintype AND c.castmethod = 'b'))
       WHERE t.oid = key.atttypid) THEN
    RAISE EXCEPTION 'data type % has no default operator class for specified partition method',
      format_type(key.atttypid, NULL) USING ERRCODE = '42704',
      DETAIL = 'Partition column types must have a default operator class defined.';
  END IF;
  groups := citus_internal.shard_groups();
  -- the colocation group
  IF colocate_with NOT IN ('default', 'none') THEN
    SELECT * INTO other FROM pg_dist_partition WHERE logicalrelid = citus_internal.table_named(colocate_with);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'relation % is not distributed', colocate_with USING ERRCODE = 'XX000';
    END IF;
    SELECT distributioncolumntype INTO other_type FROM pg_dist_colocation WHERE colocationid = other.colocationid;
    IF other_type <> key.atttypid THEN
      RAISE EXCEPTION 'cannot colocate tables % and %', (SELECT relname FROM pg_class WHERE oid = other.logicalrelid), relation_name
        USING ERRCODE = 'XX000', DETAIL = format('Distribution column types don''t match for %s and %s.',
          (SELECT relname FROM pg_class WHERE oid = other.logicalrelid), relation_name);
    END IF;
    colocation := other.colocationid;
    SELECT c.shardcount INTO wanted_shards FROM pg_dist_colocation c WHERE c.colocationid = colocation;
  ELSE
    wanted_shards := coalesce(wanted_shards, citus_internal.setting('citus.shard_count', '32')::integer);
    IF colocate_with = 'default' THEN
      SELECT min(c.colocationid) INTO colocation FROM pg_dist_colocation c
       WHERE c.shardcount = wanted_shards AND c.replicationfactor = 1 AND c.distributioncolumntype = key.atttypid
         AND c.distributioncolumncollation = key.attcollation;
    END IF;
    IF colocation IS NULL THEN
      INSERT INTO pg_dist_colocation
        VALUES (nextval('pg_dist_colocationid_seq'), wanted_shards, 1, key.atttypid, key.attcollation)
        RETURNING colocationid INTO colocation;
    END IF;
    SELECT * INTO other FROM pg_dist_partition p WHERE p.colocationid = colocation ORDER BY p.logicalrelid LIMIT 1;
  END IF;
  PERFORM citus_internal.check_keys(relation, key.attnum, colocation);
  INSERT INTO pg_dist_partition VALUES (relation, 'h',
    format('{VAR :varno 1 :varattno %s :vartype %s :vartypmod %s :varcollid %s :varlevelsup 0 :varnosyn 1 :varattnosyn %s :location -1}',
           key.attnum, key.atttypid, key.atttypmod, key.attcollation, key.attnum),
    colocation, 's', false);
  -- the shards, where those of the group are, else around the nodes in turn
  WITH new_shard AS (
    INSERT INTO pg_dist_shard
      SELECT relation, nextval('pg_dist_shardid_seq'), 't',
             (-2147483648 + i * (4294967296 / wanted_shards))::text,
             (CASE WHEN i = wanted_shards - 1 THEN 2147483647
                   ELSE -2147483648 + (i + 1) * (4294967296 / wanted_shards) - 1 END)::text
        FROM generate_series(0, wanted_shards - 1::bigint) AS i ORDER BY i
      RETURNING shardid, shardminvalue
  )
  INSERT INTO pg_dist_placement (shardid, shardstate, shardlength, groupid)
    SELECT n.shardid, 1, 0,
           coalesce(o.groupid, groups[1 + (row_number() OVER (ORDER BY n.shardid) - 1) % cardinality(groups)])
      FROM new_shard n
      LEFT JOIN (SELECT s.shardminvalue, p.groupid FROM pg_dist_shard s JOIN pg_dist_placement p USING (shardid)
                  WHERE s.logicalrelid = other.logicalrelid) o ON o.shardminvalue = n.shardminvalue
     ORDER BY n.shardid;
  PERFORM citus_internal.spread_table(relation);
END $$;

-- A table by the name that a caller wrote, looked up with the caller's search path.
CREATE FUNCTION citus_internal.table_named(name text) RETURNS regclass
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  relation regclass;
  part text;
BEGIN
  relation := to_regclass(name);
  IF relation IS NULL AND cardinality(parse_ident(name)) = 1 THEN
    SELECT c.oid INTO relation FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = (parse_ident(name))[1]
     ORDER BY n.nspname <> 'public' LIMIT 1;
    IF relation IS NULL THEN
      relation := to_regclass('public.' || name);
    END IF;
  END IF;
  IF relation IS NULL THEN
    RAISE EXCEPTION 'relation "%" does not exist', name USING ERRCODE = '42P01';
  END IF;
  RETURN relation;
END $$;
REVOKE ALL ON FUNCTION citus_internal.table_named FROM PUBLIC;

CREATE FUNCTION pg_catalog.create_reference_table(table_name regclass) RETURNS void
  LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  colocation integer;
  shard bigint;
BEGIN
  PERFORM citus_internal.check_new_table(table_name);
  PERFORM citus_internal.metadata_nodes();
  IF NOT EXISTS (SELECT FROM pg_dist_node WHERE isactive AND noderole = 'primary') THEN
    PERFORM citus_internal.shard_groups();
  END IF;
  PERFORM citus_internal.check_keys(table_name, NULL, 0);
  SELECT colocationid INTO colocation FROM pg_dist_colocation WHERE replicationfactor = -1;
  IF NOT FOUND THEN
    INSERT INTO pg_dist_colocation VALUES (nextval('pg_dist_colocationid_seq'), 1, -1, 0, 0)
      RETURNING colocationid INTO colocation;
  END IF;
  INSERT INTO pg_dist_partition VALUES (table_name, 'n', NULL, colocation, 't', false);
  INSERT INTO pg_dist_shard VALUES (table_name, nextval('pg_dist_shardid_seq'), 't', NULL, NULL) RETURNING shardid INTO shard;
  INSERT INTO pg_dist_placement (shardid, shardstate, shardlength, groupid)
    SELECT shard, 1, 0, groupid FROM pg_dist_node WHERE isactive AND noderole = 'primary' ORDER BY groupid;
  PERFORM citus_internal.spread_table(table_name);
END $$;

-- Citus refuses this inside a transaction block. A function cannot see the block itself: a transaction that began
-- before this statement is taken for one.
CREATE FUNCTION pg_catalog.create_distributed_table_concurrently(table_name regclass, distribution_column text,
    distribution_type citus.distribution_type DEFAULT 'hash', colocate_with text DEFAULT 'default',
    shard_count integer DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF transaction_timestamp() <> statement_timestamp() THEN
    RAISE EXCEPTION 'create_distributed_table_concurrently cannot run inside a transaction block' USING ERRCODE = '25001';
  END IF;
  PERFORM create_distributed_table(table_name, distribution_column, distribution_type, colocate_with, shard_count);
END $$;

-- The rows of a distributed table are where they were before: there is nothing to throw away.
CREATE FUNCTION pg_catalog.truncate_local_data_after_distributing_table(function_name regclass) RETURNS void
  LANGUAGE sql STRICT AS $$ SELECT $$;

CREATE FUNCTION pg_catalog.undistribute_table(table_name regclass, cascade_via_foreign_keys boolean DEFAULT false)
  RETURNS void LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  PERFORM citus_internal.ensure_coordinator();
  IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = table_name) THEN
    RAISE EXCEPTION 'cannot undistribute table because the table is not distributed' USING ERRCODE = 'XX000';
  END IF;
  PERFORM citus_internal.run_on_metadata_nodes(
    format('SELECT citus_internal.drop_table(%L)', citus_internal.qualified(table_name)));
  PERFORM citus_internal.forget_table(table_name);
  RAISE NOTICE 'creating a new table for %', citus_internal.qualified(table_name);
  RAISE NOTICE 'moving the data of %', citus_internal.qualified(table_name);
  RAISE NOTICE 'dropping the old %', citus_internal.qualified(table_name);
  RAISE NOTICE 'renaming the new table to %', citus_internal.qualified(table_name);
END $$;

-- ---------------------------------------------------------------------------------------------------------------
-- 8. DDL: event triggers on the coordinator refuse what Citus refuses and send the rest to the workers
--    The statement is known only as text: current_query(), or, inside PL/pgSQL, the line of the call stack. The text
--    goes as it is to the shell tables of the workers; the shards then follow their shell table (sync_shards).
-- ---------------------------------------------------------------------------------------------------------------

-- The text of the running statement, given the PG_CONTEXT of an event trigger's function.
CREATE FUNCTION citus_internal.statement_text(context text) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$ SELECT coalesce(substring(context FROM '^PL/pgSQL function [^\n]*\nSQL statement "(.*?)"\nPL/pgSQL function '),
                        current_query()) $$;

-- The text without comments and with '' for every string, in single spaces: what patterns can be tried on.
CREATE FUNCTION citus_internal.normalized(statement text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  rest text := statement;
  token text;
  result text := '';
  place integer;
BEGIN
  WHILE rest <> '' LOOP
    token := substring(rest FROM '^[^''"$/-]+');
    IF token IS NOT NULL THEN
      result := result || token;
    ELSIF rest LIKE '"%' THEN
      token := coalesce(substring(rest FROM '^"(?:[^"]|"")*"'), rest);
      result := result || token;
    ELSIF rest LIKE '''%' THEN
      token := coalesce(substring(rest FROM '^''(?:[^'']|'''')*'''), rest);
      result := result || '''''';
    ELSIF rest LIKE '--%' THEN
      token := substring(rest FROM '^--[^\n]*');
      result := result || ' ';
    ELSIF rest LIKE '/*%' THEN
      token := coalesce(substring(rest FROM '^/\*(?:[^*]|\*+[^*/])*\*+/'), rest);
      result := result || ' ';
    ELSIF rest ~ '^\$([A-Za-z_]\w*)?\$' THEN
      token := substring(rest FROM '^\$(?:[A-Za-z_]\w*)?\$');
      place := strpos(substr(rest, length(token) + 1), token);
      token := CASE place WHEN 0 THEN rest ELSE left(rest, place - 1 + 2 * length(token)) END;
      result := result || '''''';
    ELSE
      token := left(rest, 1);
      result := result || token;
    END IF;
    rest := substr(rest, length(token) + 1);
  END LOOP;
  RETURN btrim(regexp_replace(result, '\s+', ' ', 'g'), ' ;');
END $$;

-- ALTER TABLE on a Citus table, before PostgreSQL looks at it (as in Citus).
CREATE FUNCTION citus_internal.check_alter_table(statement text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
#variable_conflict use_variable
DECLARE
  target text[];
  relation regclass;
  partition pg_dist_partition;
  key text;
  parts text[];
  part text;
  column_name text;
  filled boolean;
  actions text;
BEGIN
  target := regexp_match(statement,
    '^alter table (?:if exists )?(?:only )?((?:"(?:[^"]|"")+"|[\w$]+)(?: ?\. ?(?:"(?:[^"]|"")+"|[\w$]+))?) ?\*? (.*)$', 'i');
  IF target IS NULL THEN
    RETURN;
  END IF;
  relation := citus_internal.resolve(target[1]);
  SELECT * INTO partition FROM pg_dist_partition WHERE logicalrelid = relation;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM citus_internal.ensure_coordinator();
  key := '"?' || column_to_column_name(relation, partition.partkey) || '"?';
  actions := target[2];
  WHILE actions ~ '\([^()]*\)' LOOP
    actions := regexp_replace(actions, '\([^()]*\)', ' ', 'g');
  END LOOP;
  IF actions ~* '^rename constraint ' THEN
    PERFORM citus_internal.raise('renaming constraints belonging to distributed tables is currently unsupported', '0A000');
  END IF;
  parts := ARRAY(SELECT btrim(p) FROM unnest(string_to_array(actions, ',')) AS p);
  FOREACH part IN ARRAY parts LOOP
    IF part ~* '^(enable|disable) (always |replica )?trigger ' THEN
      PERFORM citus_internal.refuse_trigger(partition);
    ELSIF part ~* ('^alter (column )?' || key || ' (set default|drop default|drop not null|type|set data type)\M')
       OR part ~* ('^drop (column )?(if exists )?' || key || '( cascade| restrict)?$') THEN
      PERFORM citus_internal.raise('cannot execute ALTER TABLE command involving partition column', 'XX000');
    ELSIF part ~* '^add (column )?(if not exists )?("[^"]+"|\w+) (big|small)?serial[248]?\M' THEN
      PERFORM citus_internal.raise('cannot execute ADD COLUMN commands involving serial pseudotypes when metadata is synchronized to workers', '0A000');
    ELSIF part ~* '^add .* generated (always|by default) as identity\M' THEN
      PERFORM citus_internal.raise('cannot execute ADD COLUMN commands involving identity columns when metadata is synchronized to workers', '0A000');
    ELSIF part ~* '^add .* default (pg_catalog\.)?nextval\M' THEN
      IF cardinality(parts) > 1 OR part ~* ' (check|unique|primary key|references)\M' THEN
        PERFORM citus_internal.raise('cannot execute ADD COLUMN .. DEFAULT nextval(''..'') command with other subcommands/constraints',
          '0A000', '', 'You can issue each subcommand separately');
      END IF;
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', citus_internal.qualified(relation)) INTO filled;
      IF filled THEN
        PERFORM citus_internal.raise('cannot add a column involving DEFAULT nextval(''..'') because the table is not empty',
          '0A000', '', E'You can first call ALTER TABLE .. ADD COLUMN .. smallint/int/bigint\n'
          'Then set the default by ALTER TABLE .. ALTER COLUMN .. SET DEFAULT nextval(''..'')');
      END IF;
    ELSIF part ~* '^alter (column )?("[^"]+"|\w+) (set data )?type\M' THEN
      column_name := btrim(substring(part FROM '(?i)^alter (?:column )?("[^"]+"|\w+)'), '"');
      IF EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name AND a.attidentity <> '') THEN
        PERFORM citus_internal.raise('cannot execute ALTER COLUMN command involving identity column', 'XX000');
      ELSIF EXISTS (SELECT FROM citus_internal.default_sequences(relation) d JOIN pg_attribute a
                       ON a.attrelid = relation AND a.attnum = d.attnum WHERE a.attname = column_name) THEN
        PERFORM citus_internal.raise('cannot execute ALTER COLUMN TYPE .. command because the column involves a default coming from a sequence', '0A000');
      END IF;
    ELSIF part ~* '^add (constraint|primary key|unique|foreign key|check|exclude)\M' AND cardinality(parts) > 1 THEN
      PERFORM citus_internal.raise('cannot execute ADD CONSTRAINT command with other subcommands', '0A000', '',
        'You can issue each subcommand separately');
    ELSIF part ~* '^add (column )?.* check\M' AND part !~* '^add (constraint|primary key|unique|foreign key|check|exclude)\M' THEN
      column_name := substring(part FROM '(?i)^add (?:column )?(?:if not exists )?("[^"]+"|\w+)');
      PERFORM citus_internal.raise(
        'cannot execute ADD COLUMN command with PRIMARY KEY, UNIQUE, FOREIGN and CHECK constraints', '0A000',
        'Adding a column with a constraint in one command is not supported because all constraints in Citus must have explicit names',
        format('You can issue each command separately such as ALTER TABLE %1$s ADD COLUMN %2$s data_type; '
               'ALTER TABLE %1$s ADD CONSTRAINT constraint_name CHECK (check_expression);',
               (SELECT relname FROM pg_class WHERE oid = relation), column_name));
    ELSIF part ~* ('^(set tablespace|inherit|no inherit|cluster on|of|not of|set without cluster|replica identity using|alter constraint)\M'
                   '|^alter (column )?("[^"]+"|\w+) (set statistics|set storage|set generated|add generated'
                   '|drop identity|drop expression|restart|reset|set$)') AND part !~* '^replica' THEN
      PERFORM citus_internal.raise('alter table command is currently unsupported', '0A000',
        'Only ADD|DROP COLUMN, SET|DROP NOT NULL, SET|DROP DEFAULT, ADD|DROP|VALIDATE CONSTRAINT, SET (), RESET (), '
        'ENABLE|DISABLE|NO FORCE|FORCE ROW LEVEL SECURITY, ATTACH|DETACH PARTITION and TYPE subcommands are supported.');
    END IF;
  END LOOP;
END $$;

-- A relation by the name in a statement, under the session's own search path.
CREATE FUNCTION citus_internal.resolve(name text) RETURNS regclass
  LANGUAGE plpgsql STABLE
  AS $$
DECLARE
  path text := current_setting('citus_standin.search_path', true);
  relation regclass;
BEGIN
  PERFORM set_config('search_path', path, true);
  relation := to_regclass(name);
  RETURN relation;
END $$;

CREATE FUNCTION citus_internal.refuse_trigger(partition pg_catalog.pg_dist_partition) RETURNS void
  LANGUAGE plpgsql
  AS $$
BEGIN
  IF current_setting('citus.enable_unsafe_triggers', true) = 'on' THEN
    RETURN;
  END IF;
  RAISE EXCEPTION 'triggers are not supported on % tables',
    CASE WHEN partition.partkey IS NULL AND partition.repmodel = 't' THEN 'reference' ELSE 'distributed' END
    USING ERRCODE = 'XX000';
END $$;

-- CREATE UNIQUE INDEX without the distribution column, before a CONCURRENTLY leaves an invalid index behind.
CREATE FUNCTION citus_internal.check_unique_index(statement text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  target text[];
  columns text;
  partition pg_dist_partition;
BEGIN
  target := regexp_match(statement, '^create unique index .*?\mon (?:only )?((?:"(?:[^"]|"")+"|[\w$]+)(?: ?\. ?(?:"(?:[^"]|"")+"|[\w$]+))?)'
                                    ' ?(?:using \w+ ?)?\((.*)$', 'i');
  SELECT * INTO partition FROM pg_dist_partition WHERE logicalrelid = citus_internal.resolve(target[1]);
  IF NOT FOUND OR partition.partkey IS NULL THEN
    RETURN;
  END IF;
  columns := target[2];
  WHILE columns ~ '\([^()]*\)' LOOP
    columns := regexp_replace(columns, '\([^()]*\)', ' ()', 'g');
    EXIT WHEN columns !~ '\([^()]+\)';
  END LOOP;
  columns := substring(columns FROM '^[^)]*(?:\(\)[^)]*)*');
  IF NOT EXISTS (SELECT FROM unnest(string_to_array(columns, ',')) AS c
                  WHERE btrim(c) ~* ('^"?' || column_to_column_name(partition.logicalrelid, partition.partkey) || '"?(?! ?\()\M')) THEN
    RAISE EXCEPTION 'creating unique indexes on non-partition columns is currently unsupported' USING ERRCODE = '0A000';
  END IF;
END $$;

CREATE FUNCTION citus_internal.propagates() RETURNS boolean
  LANGUAGE sql STABLE
  AS $$ SELECT NOT citus_internal.is_internal()
           AND citus_internal.setting('citus.enable_ddl_propagation', 'on')::boolean $$;

CREATE FUNCTION citus_internal.on_ddl_start() RETURNS event_trigger
  LANGUAGE plpgsql
  AS $$
DECLARE
  context text;
  statement text;
  name text;
  names text[];
BEGIN
  IF NOT citus_internal.propagates() OR NOT EXISTS (SELECT FROM pg_catalog.pg_dist_partition) THEN
    RETURN;
  END IF;
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM set_config('citus_standin.search_path', current_setting('search_path'), true);
  statement := citus_internal.normalized(citus_internal.statement_text(context));
  IF statement ~ ';' THEN
    RETURN; -- several statements: refused when it comes to sending them
  ELSIF tg_tag = 'ALTER TABLE' THEN
    PERFORM citus_internal.check_alter_table(statement);
  ELSIF statement ~* '^create unique index ' THEN
    PERFORM citus_internal.check_unique_index(statement);
  ELSIF tg_tag = 'DROP INDEX' THEN
    names := string_to_array(substring(statement FROM '(?i)^drop index (?:concurrently )?(?:if exists )?(.*?)(?: cascade| restrict)?$'), ',');
    IF cardinality(names) > 1 AND EXISTS (
        SELECT FROM unnest(names) AS n JOIN pg_index i ON i.indexrelid = to_regclass(btrim(n))
          JOIN pg_catalog.pg_dist_partition p ON p.logicalrelid = i.indrelid) THEN
      RAISE EXCEPTION 'cannot drop multiple distributed objects in a single command'
        USING ERRCODE = '0A000', HINT = 'Try dropping each object in a separate DROP command.';
    END IF;
  END IF;
END $$;

-- Sends a statement, as it was written and under the session's search path, to the metadata nodes.
CREATE FUNCTION citus_internal.forward(statement text, path text, then_sync text[] DEFAULT '{}',
    only_indexes boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  name text;
  command text := format('SET LOCAL check_function_bodies = off; SET LOCAL search_path = %s; %s', path, statement);
BEGIN
  IF citus_internal.normalized(statement) ~ ';' THEN
    RAISE EXCEPTION 'cannot insert multiple commands into a prepared statement' USING ERRCODE = '42601',
      HINT = 'Send one statement per message.';
  END IF;
  -- Inside the remote transaction an index is built without CONCURRENTLY; the shards hold no rows.
  IF citus_internal.normalized(statement) ~* '^create (unique )?index concurrently\M' THEN
    command := regexp_replace(command, '(\mindex\s+)concurrently\M', '\1', 'i');
  END IF;
  FOREACH name IN ARRAY then_sync LOOP
    command := command || E'\n;' || format('SELECT citus_internal.sync_shards(%L::regclass, %L)', name, only_indexes);
  END LOOP;
  PERFORM citus_internal.run_on_metadata_nodes(command);
END $$;

-- The relation of this name on the coordinator that keeps a view from the workers: neither Citus table nor view.
CREATE FUNCTION citus_internal.local_dependency(view_id oid, OUT relation text, OUT is_table boolean)
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'table ' END || c.relname, c.relkind <> 'm'
    FROM pg_rewrite r
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class c ON c.oid = d.refobjid
   WHERE r.ev_class = view_id AND c.relkind IN ('r', 'p', 'm', 'f') AND c.oid <> view_id
     AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
     AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = c.oid)
   ORDER BY c.oid LIMIT 1
  $$;

CREATE FUNCTION citus_internal.warn_local_view(view_id oid, dependency text, is_table boolean) RETURNS void
  LANGUAGE plpgsql
  AS $$
DECLARE
  name name := (SELECT relname FROM pg_class WHERE oid = view_id);
BEGIN
  IF is_table THEN
    RAISE WARNING USING ERRCODE = '0A000',
      MESSAGE = format('"view %s" has dependency to "%s" that is not in Citus'' metadata', name, dependency),
      DETAIL = format('"view %s" will be created only locally', name),
      HINT = format('Distribute "%s" first to distribute "view %s"', dependency, name);
  ELSE
    RAISE WARNING USING ERRCODE = '0A000',
      MESSAGE = format('"view %s" has dependency on unsupported object "%s"', name, dependency),
      DETAIL = format('"view %s" will be created only locally', name);
  END IF;
END $$;

-- Foreign keys of a plain local table. Citus converts a local table that refers to a reference table into one of its own,
-- and refuses where that table also refers to a distributed one. Here it is refused, but not converted.
CREATE FUNCTION citus_internal.check_local_keys(relation regclass) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $body$
DECLARE
  to_reference boolean;
  to_distributed boolean;
BEGIN
  SELECT bool_or(p.partkey IS NULL), bool_or(p.partkey IS NOT NULL) INTO to_reference, to_distributed
    FROM pg_constraint con JOIN pg_dist_partition p ON p.logicalrelid = con.confrelid
   WHERE con.conrelid = relation AND con.contype = 'f';
  IF to_reference AND EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0) THEN
    RAISE NOTICE 'local tables that are added to metadata automatically by citus, but not chained with reference tables via foreign keys might be automatically converted back to postgres tables'
      USING HINT = format('Executing citus_add_local_table_to_metadata($$%s$$) prevents this for the given relation, and all of the connected relations',
                          citus_internal.qualified(relation));
    IF to_distributed THEN
      RAISE EXCEPTION 'cannot create foreign key constraint since foreign keys from reference tables and local tables to distributed tables are not supported'
        USING ERRCODE = '0A000', DETAIL = 'When adding a foreign key from a local table to a reference table, Citus '
          'applies a conversion to all the local tables in the foreign key graph';
    END IF;
  END IF;
END $body$;

CREATE FUNCTION citus_internal.on_ddl_end() RETURNS event_trigger
  LANGUAGE plpgsql
  AS $$
DECLARE
  context text;
  statement text;
  object record;
  relations regclass[] := '{}';
  relation regclass;
  partition pg_catalog.pg_dist_partition;
  local record;
  send boolean := false;
  schemas text[] := '{}';
BEGIN
  IF NOT citus_internal.propagates() THEN
    RETURN;
  END IF;
  FOR object IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
    IF object.in_extension AND tg_tag NOT IN ('CREATE EXTENSION', 'ALTER EXTENSION') THEN
      CONTINUE;
    ELSIF object.object_identity = 'citus' AND object.object_type = 'extension' THEN
      RETURN;
    END IF;
    relation := CASE object.classid
      WHEN 'pg_class'::regclass THEN coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = object.objid), object.objid)
      WHEN 'pg_trigger'::regclass THEN (SELECT tgrelid FROM pg_trigger WHERE oid = object.objid)
      WHEN 'pg_policy'::regclass THEN (SELECT polrelid FROM pg_policy WHERE oid = object.objid) END;
    SELECT * INTO partition FROM pg_catalog.pg_dist_partition WHERE logicalrelid = relation;
    IF FOUND THEN
      PERFORM citus_internal.ensure_coordinator();
      IF tg_tag IN ('CREATE TRIGGER', 'ALTER TRIGGER') THEN
        PERFORM citus_internal.refuse_trigger(partition);
      END IF;
      PERFORM citus_internal.check_keys(relation, substring(partition.partkey FROM ':varattno (\d+)')::smallint,
                                        partition.colocationid, tg_tag = 'CREATE INDEX');
      IF relation <> ALL (relations) THEN
        relations := relations || relation;
      END IF;
    ELSIF object.object_type = 'table' AND object.command_tag = tg_tag AND (tg_tag = 'CREATE TABLE' OR tg_tag = 'ALTER TABLE'
          AND citus_internal.normalized(citus_internal.statement_text('')) ~* ' add .*(foreign key|references)\M') THEN
      PERFORM citus_internal.check_local_keys(object.objid::regclass);
    ELSIF tg_tag = 'CREATE SCHEMA' AND object.object_type = 'schema' AND object.object_identity !~ '^pg_temp' THEN
      schemas := schemas || format('CREATE SCHEMA IF NOT EXISTS %s', object.object_identity);
    ELSIF object.object_type IN ('view', 'type', 'function', 'procedure', 'aggregate', 'schema', 'collation', 'extension')
          AND tg_tag ~ '^(CREATE|ALTER) (VIEW|TYPE|DOMAIN|FUNCTION|PROCEDURE|ROUTINE|AGGREGATE|SCHEMA|COLLATION|EXTENSION)$'
          AND coalesce(object.schema_name, '') !~ '^pg_temp' THEN
      IF object.object_type = 'view' THEN
        SELECT * INTO local FROM citus_internal.local_dependency(object.objid);
        IF local.relation IS NOT NULL THEN
          IF (SELECT groupid FROM pg_catalog.pg_dist_local_group) = 0 AND EXISTS (SELECT FROM pg_catalog.pg_dist_node) THEN
            PERFORM citus_internal.warn_local_view(object.objid, local.relation, local.is_table);
          END IF;
          CONTINUE;
        END IF;
      END IF;
      send := true;
    END IF;
  END LOOP;
  IF relations = '{}' AND NOT send AND schemas = '{}' THEN
    RETURN;
  END IF;
  PERFORM citus_internal.ensure_coordinator();
  GET DIAGNOSTICS context = PG_CONTEXT;
  statement := citus_internal.statement_text(context);
  IF tg_tag = 'CREATE INDEX' AND citus_internal.normalized(statement) ~* ' tablespace ' THEN
    RAISE EXCEPTION 'specifying tablespaces with CREATE INDEX statements is currently unsupported' USING ERRCODE = '0A000';
  END IF;
  IF schemas <> '{}' THEN
    PERFORM citus_internal.forward(schemas[1], current_setting('search_path'));
  ELSE
    BEGIN
      PERFORM citus_internal.forward(statement, current_setting('search_path'),
                                     ARRAY(SELECT citus_internal.qualified(r) FROM unnest(relations) AS r),
                                     tg_tag = 'CREATE INDEX');
    EXCEPTION WHEN OTHERS THEN
      -- What PostgreSQL has done so far is committed: the coordinator's index stays, and is invalid.
      IF tg_tag = 'CREATE INDEX' AND citus_internal.normalized(statement) ~* '^create (unique )?index concurrently\M' THEN
        RAISE WARNING E'Commands that are not transaction-safe may result in partial failure, potentially leading to an inconsistent state.\n'
          'If the problematic command is a CREATE operation, consider using the ''IF EXISTS'' syntax to drop the object,\n'
          'if applicable, and then re-attempt the original command.';
      END IF;
      RAISE;
    END;
  END IF;
  FOREACH relation IN ARRAY relations LOOP
    PERFORM citus_internal.sync_shards(relation, tg_tag = 'CREATE INDEX');
  END LOOP;
END $$;

CREATE FUNCTION citus_internal.on_drop() RETURNS event_trigger
  LANGUAGE plpgsql
  AS $$
DECLARE
  object record;
  commands text[] := '{}';
  tables oid[] := '{}';
  own_group integer;
BEGIN
  IF citus_internal.is_internal() OR tg_tag IN ('DROP EXTENSION', 'DROP OWNED')
     OR to_regclass('pg_catalog.pg_dist_local_group') IS NULL THEN
    RETURN;
  END IF;
  SELECT groupid INTO own_group FROM pg_catalog.pg_dist_local_group;
  FOR object IN SELECT * FROM pg_event_trigger_dropped_objects() LOOP
    IF object.object_type = 'table' AND EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid::oid = object.objid) THEN
      PERFORM citus_internal.ensure_coordinator();
      commands := commands || format('SELECT citus_internal.drop_table(%L)', object.object_identity);
      tables := tables || object.objid;
    ELSIF own_group = 0 AND tg_tag = 'DROP INDEX' AND object.object_type = 'index' AND NOT object.is_temporary THEN
      commands := commands || format('SELECT citus_internal.drop_index(%L)', object.object_identity);
    ELSIF own_group = 0 AND (object.original OR object.normal) AND NOT object.is_temporary AND object.object_type IN
        ('view', 'type', 'function', 'procedure', 'aggregate', 'schema', 'collation', 'extension') THEN
      commands := commands || format('DROP %s IF EXISTS %s CASCADE', object.object_type, object.object_identity);
    END IF;
  END LOOP;
  IF tables <> '{}' THEN
    PERFORM citus_internal.forget_table(t) FROM unnest(tables) AS t;
  END IF;
  IF commands <> '{}' AND own_group = 0 AND citus_internal.propagates()
     AND (tables <> '{}' OR tg_tag !~ '^(DROP TABLE|ALTER TABLE|ALTER)') THEN
    PERFORM citus_internal.run_on_metadata_nodes(array_to_string(commands, '; '));
  END IF;
END $$;

CREATE EVENT TRIGGER citus_standin_ddl_start ON ddl_command_start WHEN TAG IN ('ALTER TABLE', 'CREATE INDEX', 'DROP INDEX')
  EXECUTE FUNCTION citus_internal.on_ddl_start();
CREATE EVENT TRIGGER citus_standin_ddl_end ON ddl_command_end EXECUTE FUNCTION citus_internal.on_ddl_end();
CREATE EVENT TRIGGER citus_standin_drop ON sql_drop EXECUTE FUNCTION citus_internal.on_drop();

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
