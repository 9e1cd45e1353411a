-- Citus: a key to a lookup table that was forgotten
-- problem V1:2 foreign-key: Citus refuses to distribute, `must be a distributed table or a reference table`
-- V1__add_bets.sql
CREATE TABLE sports (code text PRIMARY KEY);
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, sport text REFERENCES sports, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
SELECT create_reference_table('sports');
