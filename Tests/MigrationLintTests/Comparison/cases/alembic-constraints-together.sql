-- Alembic: batch_alter_table with several constraints
-- problem V2:1 scan: CHECK reads all rows under ACCESS EXCLUSIVE
-- problem V2:1 key-lock: the index of UNIQUE is built under ACCESS EXCLUSIVE
-- V1__users.sql
CREATE TABLE users (id bigint PRIMARY KEY, name text, age bigint);
-- V2__users_constraints.sql
ALTER TABLE users ADD CONSTRAINT ck_users_age CHECK (age >= 0), ADD CONSTRAINT uq_users_name UNIQUE (name);
