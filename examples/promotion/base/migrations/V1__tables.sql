CREATE TABLE customers (tenant_id bigint, customer_id bigint, name text NOT NULL, PRIMARY KEY (tenant_id, customer_id));
SELECT create_distributed_table('customers', 'tenant_id', shard_count := 8);
CREATE TABLE orders (
  tenant_id bigint, order_id bigint, customer_id bigint NOT NULL, total numeric NOT NULL, PRIMARY KEY (tenant_id, order_id)
);
SELECT create_distributed_table('orders', 'tenant_id', colocate_with := 'customers');
