-- Event store: partitioned by time, so the key holds in each partition alone
-- problem V1:1 events: the same event may be written once in each month
-- V1__add_bet_events.sql
CREATE TABLE bet_events (
  tenant_id bigint NOT NULL,
  event_id bigserial,
  aggregate_id bigint NOT NULL,
  event_type text NOT NULL,
  event_data jsonb NOT NULL,
  idempotency_key uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, event_id, created_at),
  UNIQUE (tenant_id, idempotency_key, created_at)
) PARTITION BY RANGE (created_at);
SELECT create_distributed_table('bet_events', 'tenant_id');
