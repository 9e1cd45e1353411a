-- Alembic: alter_column with postgresql_using
-- problem V2:1 rewrite: all rows are written anew
-- V1__users.sql
CREATE TABLE users (id bigint PRIMARY KEY, age text);
-- V2__users_age_number.sql
ALTER TABLE users ALTER COLUMN age TYPE INTEGER USING age::integer;
