import MigrationLint
import Testing

@Suite("Rules of tenants")
struct TenantRuleTests {
  @Test("ten-reference is silent where nothing is of Citus: the project does not use it, or does not yet")
  func withoutCitus() {
    #expect(Linting.rules("CREATE TABLE countries (code text PRIMARY KEY);") == [])
    #expect(RuleCase("CREATE TABLE countries (code text PRIMARY KEY);").found(by: "ten-reference") == [1])
  }

  @Test(
    "ten-reference knows the list of tenants, and what the coordinator keeps on purpose",
    arguments: [
      RuleCase("CREATE TABLE tenants (tenant_id bigint PRIMARY KEY);\nSELECT create_reference_table('tenants');"),
      RuleCase("CREATE TABLE t (tenant_id bigint, a int);\nSELECT create_reference_table('t');", 2),
      RuleCase("CREATE TABLE jobs (id bigint PRIMARY KEY);\nSELECT citus_add_local_table_to_metadata('jobs');"),
      RuleCase("CREATE TABLE jobs AS SELECT 1 AS id;", 1), RuleCase("CREATE UNLOGGED TABLE jobs (id bigint);", 1),
      RuleCase("CREATE TEMP TABLE jobs (id bigint);"),
    ])
  func reference(wanted: RuleCase) {
    #expect(wanted.found(by: "ten-reference") == wanted.lines)
  }

  @Test("ten-index leaves a unique index without the tenant to cit-unique")
  func index() {
    let sql = """
      CREATE TABLE t (tenant_id bigint NOT NULL, a int NOT NULL);
      CREATE UNIQUE INDEX t_a ON t (a);
      SELECT create_distributed_table('t', 'tenant_id');
      """
    #expect(RuleCase(sql).found(by: "ten-index") == [])
    #expect(RuleCase(sql).found(by: "cit-unique") == [2])
  }
}
