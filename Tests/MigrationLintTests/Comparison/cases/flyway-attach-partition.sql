-- Flyway: a filled table becomes a partition, and no check says what is in it
-- problem V2:1 scan: all its rows are read under ACCESS EXCLUSIVE
-- V1__add_logs.sql
CREATE TABLE logs (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE logs_2026 (id bigint, day date NOT NULL);
-- V2__attach_logs_2026.sql
ALTER TABLE logs ATTACH PARTITION logs_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
