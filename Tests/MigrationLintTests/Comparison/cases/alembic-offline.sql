-- Alembic: the output of `alembic upgrade --sql`
-- problem V1:1 session: the script's transaction parts its work from the history
-- problem V1:7 session: so it does here
-- V1__users.sql
BEGIN;
CREATE TABLE users (
    id BIGSERIAL NOT NULL,
    name VARCHAR(50),
    CONSTRAINT pk_users PRIMARY KEY (id)
);
COMMIT;
