/// What stands in a new migration file: comments only, so that it may be applied as it is.
enum MigrationTemplate {
  /// The text, about a table of a name that the description suggests.
  static func text(table: String) -> String {
    """
    -- Never edited once it is applied: what is wrong is put right by a new migration.
    -- The whole file runs in one transaction, together with its row in the history.

    -- A table of tenants' data: the tenant stands first in every key and index, and the table is distributed by it,
    -- next to the other tables of the tenant.
    --
    -- CREATE TABLE \(table) (
    --     tenant_id BIGINT NOT NULL,
    --     \(table)_id BIGINT GENERATED ALWAYS AS IDENTITY,
    --     created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    --     PRIMARY KEY (tenant_id, \(table)_id)
    -- );
    -- SELECT create_distributed_table('\(table)', 'tenant_id', colocate_with => 'tenants');
    -- CREATE INDEX idx_\(table)_created ON \(table) (tenant_id, created_at);

    -- A small table that every node needs:
    --
    -- SELECT create_reference_table('\(table)');

    -- An index on a table that is in use cannot be built in a transaction; it goes into a migration of its own:
    --
    -- CREATE INDEX CONCURRENTLY idx_\(table)_created ON \(table) (tenant_id, created_at);

    """
  }
}
