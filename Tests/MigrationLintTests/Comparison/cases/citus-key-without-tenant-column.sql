-- Citus: a foreign key that leaves the tenant out
-- problem V1:4 foreign-key: Citus refuses it, `Foreign keys are supported in two cases`
-- V1__add_bets.sql
CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id), UNIQUE (user_id, tenant_id));
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, owner bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('users', 'tenant_id'), create_distributed_table('bets', 'tenant_id');
ALTER TABLE bets ADD CONSTRAINT bets_user FOREIGN KEY (owner, user_id) REFERENCES users (tenant_id, user_id);
