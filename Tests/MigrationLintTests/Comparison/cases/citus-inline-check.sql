-- Citus: a column with its check
-- problem V2:1 alter: Citus refuses it, `cannot execute ADD COLUMN command with PRIMARY KEY, UNIQUE, FOREIGN and CHECK constraints`
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__add_stake.sql
ALTER TABLE bets ADD COLUMN stake numeric CHECK (stake > 0);
