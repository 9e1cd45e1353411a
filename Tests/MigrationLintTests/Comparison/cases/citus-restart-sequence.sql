-- Citus: the numbers of a distributed table start again
-- problem V2:1 alter: Citus refuses it, `Altering a distributed sequence is currently not supported`
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigserial, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__restart_numbers.sql
ALTER SEQUENCE bets_bet_id_seq RESTART WITH 1000000;
