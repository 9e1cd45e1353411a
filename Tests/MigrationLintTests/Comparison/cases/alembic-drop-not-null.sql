-- Alembic: alter_column with nullable=True, the first step of leaving a column out
-- V1__users.sql
CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
-- V2__users_name_optional.sql
ALTER TABLE users ALTER COLUMN name DROP NOT NULL;
