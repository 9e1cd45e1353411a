-- Citus: a partition is detached concurrently
-- problem V2:1 alter: Citus refuses it
-- V1__add_logs.sql
CREATE TABLE logs (tenant_id bigint NOT NULL, at timestamptz NOT NULL, line text) PARTITION BY RANGE (at);
CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
SELECT create_distributed_table('logs', 'tenant_id');
-- V2__detach_logs_2025.sql
ALTER TABLE logs DETACH PARTITION logs_2025 CONCURRENTLY;
