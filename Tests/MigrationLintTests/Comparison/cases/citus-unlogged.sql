-- Citus: a table becomes unlogged, which Citus takes, and which writes all rows anew
-- problem V2:1 rewrite: all rows are written anew under ACCESS EXCLUSIVE
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__bets_unlogged.sql
ALTER TABLE bets SET UNLOGGED;
