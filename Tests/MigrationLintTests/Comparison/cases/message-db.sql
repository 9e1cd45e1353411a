-- message-db: its table and indexes, with the tenant in front
-- V1__messages.sql
CREATE TABLE messages (
  tenant_id bigint NOT NULL,
  global_position bigserial NOT NULL,
  position bigint NOT NULL,
  time timestamptz DEFAULT now() NOT NULL,
  stream_name text NOT NULL,
  type text NOT NULL,
  data jsonb,
  metadata jsonb,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  PRIMARY KEY (tenant_id, global_position)
);
SELECT create_distributed_table('messages', 'tenant_id');
CREATE UNIQUE INDEX messages_id ON messages (tenant_id, id);
CREATE UNIQUE INDEX messages_stream ON messages (tenant_id, stream_name, position);
