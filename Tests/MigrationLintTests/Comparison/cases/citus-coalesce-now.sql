-- Citus: a time that is missing becomes now
-- problem V2:1 volatile: Citus refuses it, `non-IMMUTABLE functions are not allowed in CASE or COALESCE statements`
-- V1__add_users.sql
CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, seen timestamptz, PRIMARY KEY (tenant_id, user_id));
SELECT create_distributed_table('users', 'tenant_id');
-- V2__fill_seen.sql
UPDATE users SET seen = coalesce(seen, now()) WHERE tenant_id = 7;
