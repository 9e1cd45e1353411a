-- Alembic: autocommit_block around a concurrent index
-- problem V2:1 session: COMMIT parts the migration from its history
-- problem V2:3 session: and BEGIN opens one that nobody ends
-- V1__users.sql
CREATE TABLE users (id bigint PRIMARY KEY, name text);
-- V2__users_name_index.sql
COMMIT;
CREATE INDEX CONCURRENTLY ix_users_name ON users (name);
BEGIN;
