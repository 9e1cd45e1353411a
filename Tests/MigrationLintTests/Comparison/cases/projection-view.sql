-- Event store: a materialized view as projection
-- problem V2:2 undistributable: Citus refuses it, `is not a regular, foreign or partitioned table`
-- V1__add_bets.sql
CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, stake numeric, PRIMARY KEY (tenant_id, bet_id));
SELECT create_distributed_table('bets', 'tenant_id');
-- V2__add_bet_totals.sql
CREATE MATERIALIZED VIEW bet_totals AS SELECT tenant_id, sum(stake) AS stake FROM bets GROUP BY tenant_id WITH NO DATA;
SELECT create_distributed_table('bet_totals', 'tenant_id');
