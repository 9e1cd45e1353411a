-- For the window of refresh_bets_rollup. By now bet_events may be large and busy: CONCURRENTLY does not block writers. It
-- cannot run in a transaction, so it is alone in its file, and it says no IF NOT EXISTS: after a failed attempt that
-- would find the invalid left-over and call it done. Then: DROP INDEX CONCURRENTLY IF EXISTS idx_bet_events_created.
CREATE INDEX CONCURRENTLY idx_bet_events_created ON bet_events (tenant_id, created_at);
