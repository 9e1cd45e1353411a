-- Citus: the same as an identity column
-- problem V2:1 serial: Citus refuses it
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__number_bets.sql
ALTER TABLE bets ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
