-- Flyway: REINDEX
-- problem V2:1 index: readers and writers wait until it is rebuilt
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- V2__rebuild_orders.sql
REINDEX TABLE orders;
