-- Commanded before 1.0: rules that keep events as they are
-- problem V2:1 rule: the rule works on the coordinator alone
-- V1__events.sql
CREATE TABLE stored (tenant_id bigint NOT NULL, event_id uuid NOT NULL, data jsonb NOT NULL, PRIMARY KEY (tenant_id, event_id));
SELECT create_distributed_table('stored', 'tenant_id');
-- V2__protect_events.sql
CREATE RULE no_update_events AS ON UPDATE TO stored DO INSTEAD NOTHING;
