-- Flyway: a DO block that looks before it changes
-- problem V2:4 not-null: all rows are read under ACCESS EXCLUSIVE
-- V1__add_orders.sql
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint);
-- V2__require_customer.sql
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM orders WHERE customer IS NULL) THEN
    ALTER TABLE orders ALTER COLUMN customer SET NOT NULL;
  END IF;
END $$;
