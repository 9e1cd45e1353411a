-- Commanded: triggers that keep events as they are
-- problem V2:2 trigger: Citus refuses it, `triggers are not supported on distributed tables`
-- V1__events.sql
CREATE TABLE stored (tenant_id bigint NOT NULL, event_id uuid NOT NULL, data jsonb NOT NULL, PRIMARY KEY (tenant_id, event_id));
SELECT create_distributed_table('stored', 'tenant_id');
-- V2__protect_events.sql
CREATE FUNCTION event_store_exception() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'EventStore: %', TG_ARGV[0]; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER no_update_events BEFORE UPDATE ON stored FOR EACH STATEMENT EXECUTE PROCEDURE event_store_exception('Cannot update events');
