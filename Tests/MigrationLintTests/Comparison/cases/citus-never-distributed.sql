-- Citus: the call is missing
-- problem V1:1 undistributed: the table stays on the coordinator
-- V1__add_users.sql
CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
