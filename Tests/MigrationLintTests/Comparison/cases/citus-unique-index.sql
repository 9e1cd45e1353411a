-- Citus: a unique index without the tenant, built concurrently
-- problem V2:1 unique: Citus refuses it, `creating unique indexes on non-partition columns is currently unsupported`
-- V1__add_users.sql
CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, email text, PRIMARY KEY (tenant_id, user_id));
SELECT create_distributed_table('users', 'tenant_id');
-- V2__unique_email.sql
CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);
