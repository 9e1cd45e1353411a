-- Citus: a lock timeout that counts on the coordinator alone
-- problem V2:1 lock-timeout: the wait on the workers has no end
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__add_note.sql
SET lock_timeout = '2s';
ALTER TABLE bets ADD COLUMN note text;
