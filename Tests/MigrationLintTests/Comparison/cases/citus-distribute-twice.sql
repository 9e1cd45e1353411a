-- Citus: a table that is distributed already
-- problem V2:1 undistributable: Citus refuses it, `is already distributed`
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__distribute_bets.sql
SELECT create_distributed_table('bets', 'tenant_id');
