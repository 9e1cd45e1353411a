import Glibc
import MigrationCore
import MigrationEngine
import TestSupport
import Testing

@Suite("The betting platform", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct ExampleTests {
  @Test("its migrations are applied to an empty database, and again to nothing")
  func example() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let scripts = try Self.scripts()
      #expect(scripts.count >= 8)
      var settings = MigrationSettings.tests
      settings.placeholders = ["environment": "test"]
      let request = RunRequest(
        scripts: .resolve(scripts, settings: settings), settings: settings, execution: ExecutionSettings())
      #expect(request.scripts.problems.filter(\.isBlocking).isEmpty)
      let summary = try await database.migrate(request)
      #expect(summary.applied == scripts.filter { $0.path.hasSuffix(".sql") }.count)
      #expect(try await database.migrate(request).applied == 0)
      let failed = try await database.value("SELECT count(*) FROM flyway_schema_history WHERE NOT success")
      #expect(failed == "0")
    }
  }

  private static func scripts() throws -> [ScriptFile] {
    let real = try #require(realpath(#filePath, nil))
    defer { free(real) }
    let root = String(cString: real).split(separator: "/").dropLast(4).joined(separator: "/")
    let folder = "/\(root)/examples/betting-platform/infra/db/migrations"
    let handle = try #require(opendir(folder), "no \(folder)")
    defer { closedir(handle) }
    var scripts: [ScriptFile] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard !name.hasPrefix(".") else { continue }
      let file = try #require(fopen("\(folder)/\(name)", "r"))
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 20)
      let count = fread(&bytes, 1, bytes.count, file)
      scripts.append(ScriptFile(path: name, bytes: Array(bytes[..<count])))
    }
    return scripts
  }
}
