-- Alembic: drop_index on a table in use
-- problem V2:1 index: readers and writers wait for the lock
-- V1__users.sql
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE INDEX ix_users_name ON users (name);
-- V2__drop_users_name_index.sql
DROP INDEX ix_users_name;
