-- Event store: a table of events as it should be
-- V1__add_bet_events.sql
CREATE TABLE bet_events (
  tenant_id bigint NOT NULL,
  event_id bigserial,
  aggregate_id bigint NOT NULL,
  event_type text NOT NULL,
  event_data jsonb NOT NULL,
  idempotency_key uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, event_id),
  UNIQUE (tenant_id, idempotency_key)
);
SELECT create_distributed_table('bet_events', 'tenant_id');
CREATE INDEX bet_events_aggregate ON bet_events (tenant_id, aggregate_id);
