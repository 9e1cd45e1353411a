-- Citus: one migration changes two tables in use
-- problem V2:2 bundle: the second is waited for while the first stays locked
-- V1__add_bets.sql
CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
SELECT create_distributed_table('users', 'tenant_id');
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__add_notes.sql
ALTER TABLE users ADD COLUMN note text;
ALTER TABLE bets ADD COLUMN note text;
