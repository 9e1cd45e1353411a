import MigrationCore
import MigrationLint
import Testing

@Suite("The example of the betting platform")
struct ExampleTests {
  @Test("is clean, or says why")
  func clean() throws {
    let folder = Checkout.path + "examples/betting-platform/infra/db/migrations/"
    let files = try Checkout.names(in: folder).map { (name: $0, text: try Checkout.text(folder + $0)) }
    #expect(files.count > 10)
    let result = Linting.run(files)
    #expect(result.findings.map { "\($0.path):\($0.start.line) \($0.rule): \($0.message)" } == [])
    // Two whose tables are still empty, one table that tenants are found by.
    #expect(result.ignored == 6)
  }
}
