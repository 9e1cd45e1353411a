import Controller
import FlywaySettings
import MigrationCore
import Support
import Testing
import YAML

@Suite("spec.flyway")
struct FlywaySpecTests {
  /// Settings that a resource does not have, and why.
  private static let absent: [String: String] = [
    "url": "spec.cluster", "user": "spec.cluster", "password": "spec.cluster", "jdbcProperties": "spec.cluster",
    "connectRetries": "the controller looks again", "connectRetriesInterval": "the controller looks again",
    "lockRetryCount": "the controller looks again", "environment": "one resource is one environment",
    "configFiles": "the resource", "configFileEncoding": "the resource", "workingDirectory": "no files",
    "locations": "spec.migrations", "callbackLocations": "spec.migrations", "failOnMissingLocations": "always so",
    "detectEncoding": "what is written must not be guessed", "cleanDisabled": "nothing is ever cleaned",
    "scriptPlaceholderPrefix": "no program is run", "scriptPlaceholderSuffix": "no program is run",
    "powershellExecutable": "no program is run",
    "outputQueryResults": "results are data, and no status shows data",
  ]

  private static var schema: Schema {
    get throws { try #require(try Schema.part("spec").child("properties")?.child("flyway")?.child("properties")) }
  }

  private static var keys: [SettingsKey] {
    SettingsKey.all.filter { key in
      let isDone = if case .irrelevant = key.status { false } else { true }
      let isSold = if case .paid(let what) = key.status { !what.contains("here it works") } else { false }
      return isDone && !isSold && !key.name.hasPrefix("whimbrel.") && key.places != .argumentOnly
        && !["outputType", "color"].contains(key.name)
    }
  }

  @Test("has every setting of Flyway's that says what is migrated and how, and no other")
  func complete() throws {
    guard case .mapping(let entries) = try Self.schema.node.content else { return #expect(Bool(false)) }
    let inSchema = Set(entries.map(\.key))
    let known = Set(Self.keys.map(\.name))
    #expect(inSchema.subtracting(known) == [], "no setting of Flyway's")
    #expect(known.subtracting(inSchema) == Set(Self.absent.keys).intersection(known), "neither there nor explained")
  }

  @Test("has Flyway's defaults, but for file names that follow no convention")
  func defaults() throws {
    for key in Self.keys where Self.absent[key.name] == nil {
      guard let field = try Self.schema.child(key.name) else { continue }
      let fallback: String? =
        switch key.name {
        case "validateMigrationNaming": "true"
        case _ where key.kind == .list: nil
        default: key.fallback.isEmpty ? nil : key.fallback
        }
      #expect(field.text("default") == fallback, "\(key.name)")
    }
    var expected = MigrationSettings()
    expected.validateMigrationNaming = true
    #expect(try SpecReading(Samples.spec()).settings == expected)
  }

  @Test("is read field by field")
  func fields() throws {
    var spec = Samples.spec()
    spec.flyway = Samples.fullSpec().flyway
    var expected = MigrationSettings()
    expected.table = "t"
    expected.tablespace = "fast"
    expected.schemas = ["public"]
    expected.defaultSchema = "public"
    expected.installedBy = "me"
    expected.naming = MigrationNaming(
      versionedPrefix: "M", repeatablePrefix: "Q", baselinePrefix: "N", undoPrefix: "D", separator: "-",
      suffixes: [".ddl"])
    expected.encoding = try #require(CharacterEncoding("ISO-8859-1"))
    expected.placeholders = ["a": "b"]
    expected.placeholderReplacement = false
    (expected.placeholderPrefix, expected.placeholderSuffix, expected.placeholderSeparator) = ("<", ">", ".")
    expected.target = try MigrationTarget("5?")
    expected.cherryPick = [CherryPick("2"), CherryPick("a_b")]
    expected.outOfOrder = true
    expected.validateOnMigrate = false
    expected.ignoreMigrationPatterns = [IgnorePattern(.any, .missing)]
    (expected.skipDefaultCallbacks, expected.skipExecutingMigrations) = (true, true)
    (expected.group, expected.mixed, expected.executeInTransaction) = (true, true, false)
    expected.initSql = "SELECT 1"
    (expected.baselineOnMigrate, expected.baselineVersion, expected.baselineDescription) = (true, "7", "d")
    #expect(try SpecReading(spec).settings == expected)
  }
}
