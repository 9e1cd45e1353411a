-- Citus: a tenant's table becomes a reference table
-- problem V1:2 reference: each write goes to every node
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
SELECT create_reference_table('bets');
