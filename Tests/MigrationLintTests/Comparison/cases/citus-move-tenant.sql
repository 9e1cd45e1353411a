-- Citus: a tenant is renumbered
-- problem V2:1 key-mutation: Citus refuses it, `modifying the partition value of rows is not allowed`
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__move_tenant.sql
UPDATE bets SET tenant_id = 8 WHERE tenant_id = 7;
