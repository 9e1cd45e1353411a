-- Citus: the distribution column gets another type
-- problem V2:1 key-mutation: Citus refuses it, `cannot execute ALTER TABLE command involving partition column`
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id integer NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__widen_tenant.sql
ALTER TABLE bets ALTER COLUMN tenant_id TYPE bigint;
