-- Event store: a rollup table as projection
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, stake numeric, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__add_bet_totals.sql
CREATE TABLE bet_totals (tenant_id bigint NOT NULL, day date NOT NULL, stake numeric NOT NULL, PRIMARY KEY (tenant_id, day));
SELECT create_distributed_table('bet_totals', 'tenant_id', colocate_with => 'bets');
