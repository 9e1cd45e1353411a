-- Event store: nothing keeps an event from being written twice
-- problem V1:1 events: two writes of one event are two rows
-- V1__add_bet_events.sql
CREATE TABLE bet_events (
  tenant_id bigint NOT NULL,
  event_id bigserial,
  aggregate_id bigint NOT NULL,
  event_type text NOT NULL,
  event_data jsonb NOT NULL,
  idempotency_key uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, event_id)
);
SELECT create_distributed_table('bet_events', 'tenant_id');
CREATE INDEX bet_events_key ON bet_events (tenant_id, idempotency_key);
