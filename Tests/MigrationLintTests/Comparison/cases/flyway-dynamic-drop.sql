-- Flyway: tables are dropped by name in a loop
-- problem V2:5 opaque: tables are dropped, and no reader of the script can say which
-- V1__add_orders.sql
CREATE TABLE orders_old (id bigint PRIMARY KEY);
-- V2__drop_old_tables.sql
DO $$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE tablename LIKE '%\_old' LOOP
    EXECUTE format('DROP TABLE %I', t.tablename);
  END LOOP;
END $$;
