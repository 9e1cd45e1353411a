-- Citus: two columns become one
-- problem V2:1 volatile: Citus refuses it, `STABLE functions used in UPDATE queries cannot be called with column references`
-- V1__add_users.sql
CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, first text, last text, name text, PRIMARY KEY (tenant_id, user_id));
SELECT create_distributed_table('users', 'tenant_id');
-- V2__fill_names.sql
UPDATE users SET name = concat(first, ' ', last) WHERE tenant_id = 7;
