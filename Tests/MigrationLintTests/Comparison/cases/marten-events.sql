-- Marten: tables of events as it makes them, distributed by tenant
-- problem V1:1 unique: the primary key lacks the tenant, so Citus refuses to distribute
-- problem V1:6 unique: so does the key of the events
-- problem V1:16 unique: and the unique index of stream and version
-- V1__event_store.sql
CREATE TABLE mt_streams (id uuid NOT NULL CONSTRAINT pkey_mt_streams_id PRIMARY KEY,
  type varchar NULL, version bigint NULL,
  timestamp timestamptz DEFAULT (now()) NOT NULL, tenant_id varchar NOT NULL DEFAULT '*DEFAULT*',
  is_archived bool DEFAULT FALSE NULL);
CREATE TABLE mt_event_log (
  seq_id bigint NOT NULL CONSTRAINT pkey_mt_events_seq_id PRIMARY KEY,
  id uuid NOT NULL,
  stream_id uuid NULL,
  version bigint NOT NULL,
  data jsonb NOT NULL,
  type varchar(500) NOT NULL,
  timestamp timestamptz DEFAULT (now()) NOT NULL,
  tenant_id varchar NOT NULL DEFAULT '*DEFAULT*',
  is_archived bool DEFAULT FALSE NULL
);
CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON mt_event_log USING btree (stream_id, version);
SELECT create_distributed_table('mt_streams', 'tenant_id');
SELECT create_distributed_table('mt_event_log', 'tenant_id');
