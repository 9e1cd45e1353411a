-- Lookup tables that every tenant shares: small, rarely written, read by joins from all shards. A reference table has a
-- full copy on every node, so such a join never leaves its node, and distributed tables may have foreign keys to it.
-- Reference tables come first: a foreign key needs its target to be a Citus table already.

CREATE TABLE bet_statuses (
    status_code VARCHAR(20) PRIMARY KEY,
    description TEXT NOT NULL,
    is_final BOOLEAN NOT NULL
);
SELECT create_reference_table('bet_statuses');

-- Which tenant a host name belongs to: asked before the tenant is known, so without a tenant_id, and unique over all
-- tenants. Neither is possible on a table distributed by tenant_id. No foreign key to tenants: Citus has none from
-- reference tables to distributed tables.
CREATE TABLE tenant_hosts (
    host_name TEXT PRIMARY KEY,
    tenant_id BIGINT NOT NULL
);
-- whimbrel-ignore ten-reference: it is read to find the tenant, seldom written, and has a few rows for each tenant
SELECT create_reference_table('tenant_hosts');
