-- Citus: better statistics
-- problem V2:1 alter: Citus refuses it
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__count_bets_better.sql
ALTER TABLE bets ALTER COLUMN bet_id SET STATISTICS 1000;
