-- Citus: a table is distributed when it may hold rows
-- problem V2:1 nonempty: rows are copied under a lock, and stay on the coordinator's disk
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
-- V2__distribute_bets.sql
SELECT create_distributed_table('bets', 'tenant_id');
