-- Citus: an index of a new table that no query of a tenant can use well
-- problem V1:3 tenant-index: a tenant's query reads the entries of all tenants of the shard
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
CREATE INDEX bets_user ON bets (user_id);
