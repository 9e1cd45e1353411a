-- Flyway: VACUUM FULL
-- problem V2:1 rewrite: all rows are written anew while everyone waits
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- V2__shrink_orders.sql
VACUUM FULL orders;
