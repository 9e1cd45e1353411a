-- Flyway: two branches chose the same version
-- problem V2:0 name: Flyway refuses to run
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY);
-- V2__add_note.sql
ALTER TABLE orders ADD COLUMN note text;
-- V2.0__add_total.sql
ALTER TABLE orders ADD COLUMN total numeric;
