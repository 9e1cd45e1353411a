-- Citus: a primary key of the time before Citus
-- problem V1:1 unique: Citus refuses to distribute it
-- V1__add_users.sql
CREATE TABLE users (user_id bigint PRIMARY KEY, tenant_id bigint NOT NULL);
SELECT create_distributed_table('users', 'tenant_id');
