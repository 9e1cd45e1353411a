-- Totals per tenant and hour. A materialized view cannot be distributed and a trigger cannot feed it (see the README of
-- this example): the totals are an ordinary distributed table, colocated with the events, and a job brings it up to date.

-- Recomputes the hours from window_start on; running it twice changes nothing. Source and target are colocated and the
-- grouping contains tenant_id, so every node works on its own shards and no row crosses the network.
-- PL/pgSQL, because Citus cannot plan a parameter of an SQL function. date_bin with a fixed origin is immutable: the
-- buckets do not depend on the session's time zone. ON CONFLICT may only use immutable expressions on a distributed
-- table: EXCLUDED, never now().
-- The function comes before its table: after create_distributed_table in the same transaction Citus refuses it, unless
-- citus.multi_shard_modify_mode is 'sequential'.
CREATE FUNCTION refresh_bets_rollup(window_start TIMESTAMPTZ) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO bets_rollup (tenant_id, bucket, bets, stake)
    SELECT tenant_id,
           date_bin('1 hour', created_at, TIMESTAMPTZ '2000-01-01 00:00:00+00'),
           count(*),
           sum((event_data ->> 'amount')::NUMERIC)
    FROM bet_events
    WHERE event_type = 'BetPlaced'
      AND created_at >= date_bin('1 hour', window_start, TIMESTAMPTZ '2000-01-01 00:00:00+00')
    GROUP BY 1, 2
    ON CONFLICT (tenant_id, bucket) DO UPDATE SET bets = EXCLUDED.bets, stake = EXCLUDED.stake;
END
$$;

CREATE TABLE bets_rollup (
    tenant_id BIGINT NOT NULL,
    bucket TIMESTAMPTZ NOT NULL,
    bets BIGINT NOT NULL,
    stake NUMERIC(20,2) NOT NULL,
    PRIMARY KEY (tenant_id, bucket)
);
SELECT create_distributed_table('bets_rollup', 'tenant_id', colocate_with => 'tenants');
