-- Citus: a concurrent index with IF NOT EXISTS
-- problem V2:1 invalid-index: a second try is skipped and counts as done
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__index_users.sql
CREATE INDEX CONCURRENTLY IF NOT EXISTS bets_user ON bets (tenant_id, user_id);
