-- tenant_id leads every index: queries are by tenant, and inside a shard several tenants live together. The tables are
-- still empty, so CREATE INDEX inside the transaction costs nothing.
-- whimbrel-ignore-file lock-index, lock-bundle: the tables are created by the files just before, and still empty
CREATE INDEX idx_payments_user ON payments (tenant_id, user_id, created_at);
CREATE INDEX idx_bets_user ON bets (tenant_id, user_id, created_at);
CREATE INDEX idx_bet_events_aggregate ON bet_events (tenant_id, aggregate_id, event_id);
