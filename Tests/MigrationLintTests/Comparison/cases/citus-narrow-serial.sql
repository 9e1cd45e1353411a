-- Citus: numbers of 32 bits, which workers cannot give
-- problem V1:1-2 serial: inserts through a worker fail
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id serial, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
