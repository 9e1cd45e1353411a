-- Flyway: BEGIN and COMMIT in the script
-- problem V1:1 session: the script parts its work from its row in the history
-- problem V1:3 session: so it does here
-- V1__add_orders.sql
BEGIN;
CREATE TABLE orders (id bigint PRIMARY KEY);
COMMIT;
