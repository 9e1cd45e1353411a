-- Citus: ON DELETE SET NULL over the tenant
-- problem V1:4 foreign-key: Citus refuses it, for it would clear the distribution column
-- V1__add_bets.sql
CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
SELECT create_distributed_table('users', 'tenant_id');
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE SET NULL);
SELECT create_distributed_table('bets', 'tenant_id');
