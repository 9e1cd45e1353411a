import FlywaySettings
import Testing

@Suite("Settings that nobody would write")
struct NoiseTests {
  private static let pieces = [
    "flyway.", "whimbrel.", "environments.", "default", "[", "]", "[flyway]", "=", "\n", "'", "\"", "${", "env.", "}",
    ".", ",",
    "url", "jdbc:postgresql:", "//", "/", "?", "&", "%", "%4", "@", ":", "\\", "password", "placeholders.", "a", "é",
    "\u{0}",
    "true", "1.10", "-1", "{", "#", "target", "locations", "filesystem:", "*", "options", "-c ", "configFiles",
    "\u{301}",
  ]

  @Test("no file, variable or flag brings the reading down, and every refusal says where and what next")
  func noise() {
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    func text(_ length: Int) -> String { (0..<length).map { _ in Self.pieces[next(Self.pieces.count)] }.joined() }
    for round in 0..<6000 {
      var files = Files()
      files.arguments = [("url", "jdbc:postgresql:" + text(8)), ("password", text(3)), ("placeholders.x", text(6))]
      files.files[round % 2 == 0 ? "/project/flyway.toml" : "/project/flyway.conf"] = text(20)
      if round % 3 == 0 { files.environment = ["FLYWAY_\(text(2))": text(2), "flyway_\(text(2))": text(1)] }
      do throws(SettingsError) {
        _ = try files.read().connection.resolve { _ in "" }
      } catch {
        #expect(!error.message.isEmpty && !error.nextStep.isEmpty)
      }
    }
  }

  @Test("long names do not multiply", .timeLimit(.minutes(5)))
  func longNames() {
    let long = String(repeating: "k", count: 400_000)
    let values = (0..<60_000).map { "k\($0)=1" }.joined(separator: "\n")
    for table in ["flyway.\(long)", "environments.\(long)", "environments.x.\(long)", "whimbrel.\(long)"] {
      let error = Files(files: ["/project/flyway.toml": "[\(table)]\n\(values)"]).failure()
      #expect(error.map { $0.description.utf8.count < 2000 } ?? true)
    }
  }
}
