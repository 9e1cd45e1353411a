-- Event store: an upsert that writes the time of the conflict
-- problem V2:1 volatile: Citus refuses it, `functions used in the DO UPDATE SET clause ... must be marked IMMUTABLE`
-- V1__add_totals.sql
CREATE TABLE totals (tenant_id bigint NOT NULL, day date NOT NULL, at timestamptz, PRIMARY KEY (tenant_id, day));
SELECT create_distributed_table('totals', 'tenant_id');
-- V2__fill_totals.sql
INSERT INTO totals (tenant_id, day, at) VALUES (1, '2026-01-01', '2026-01-01') ON CONFLICT (tenant_id, day) DO UPDATE SET at = now();
