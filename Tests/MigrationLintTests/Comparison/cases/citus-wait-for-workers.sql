-- Citus: a script that looks for workers
-- problem V1:4 workers: it fails where it should wait, and stays a migration for ever
-- V1__wait_for_workers.sql
DO $$
DECLARE n integer;
BEGIN
  SELECT count(*) INTO n FROM master_get_active_worker_nodes();
  IF n = 0 THEN RAISE EXCEPTION 'no workers'; END IF;
END $$;
