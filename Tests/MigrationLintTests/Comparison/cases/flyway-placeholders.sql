-- Flyway: names that depend on the environment
-- V1__add_orders.sql
CREATE SCHEMA IF NOT EXISTS ${schema};
CREATE TABLE ${schema}.orders (id bigint PRIMARY KEY, note text DEFAULT '${environment}');
GRANT SELECT ON ${schema}.orders TO ${reader};
