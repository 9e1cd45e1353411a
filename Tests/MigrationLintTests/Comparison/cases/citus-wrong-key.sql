-- Citus: distributed by the row's own key
-- problem V1:2 wrong-key: a tenant's rows lie on all nodes
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'bet_id');
