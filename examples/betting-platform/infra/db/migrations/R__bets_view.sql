-- The read side of the event store: a plain view. Citus knows it on all nodes and sends a query on it, like any other,
-- to the shards; it is always up to date. Applied again whenever this file changes.
CREATE OR REPLACE VIEW bets_view AS
SELECT
    tenant_id,
    aggregate_id AS bet_id,
    (event_data ->> 'user_id')::BIGINT AS user_id,
    (event_data ->> 'amount')::NUMERIC AS amount,
    event_data ->> 'status' AS status,
    created_at
FROM bet_events
WHERE event_type = 'BetPlaced';
