-- Citus: a default that each node computes
-- problem V2:1 reference-default: rows of the reference table become different on each node
-- V1__add_sports.sql
CREATE TABLE sports (code text PRIMARY KEY);
SELECT create_reference_table('sports');
-- V2__add_sports_created.sql
ALTER TABLE sports ADD COLUMN created_at timestamptz DEFAULT now();
