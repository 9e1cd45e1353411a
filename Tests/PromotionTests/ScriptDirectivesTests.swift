import MigrationCore
@testable import Promotion
import Testing

@Suite("Directives of scripts")
struct ScriptDirectivesTests {
  private static func read(
    _ text: String, conf: String? = nil, windows: Set<String>? = ["low-traffic"]
  ) throws -> ScriptDirectives {
    try ScriptDirectives(of: Samples.script("V1__a.sql", text, conf: conf), windows: windows)
  }

  @Test(
    "they are found among the comments before the first statement",
    arguments: [
      ("-- whimbrel: window=low-traffic\nSELECT 1", "low-traffic", false),
      ("--whimbrel:window=low-traffic", "low-traffic", false),
      ("-- Whimbrel: approval=manual\r\nSELECT 1", nil, true),
      ("\n  -- text\n\t-- WHIMBREL: window=low-traffic, approval=manual\nSELECT 1", "low-traffic", true),
      ("/* a\n /* nested */ b */\n-- whimbrel: approval=manual\nSELECT 1", nil, true),
      ("/*\n-- whimbrel: approval=manual\n*/\nSELECT 1", nil, false),
      ("-- whimbrel: window=low-traffic\n-- whimbrel: window=low-traffic\nSELECT 1", "low-traffic", false),
      ("-- about whimbrel: nothing\nSELECT 1", nil, false), ("SELECT 1 -- whimbrel: approval=manual", nil, false),
      ("SELECT 1", nil, false), ("", nil, false),
    ] as [(String, String?, Bool)])
  func found(text: String, window: String?, needsApproval: Bool) throws {
    #expect(try Self.read(text) == ScriptDirectives(window: window, needsApproval: needsApproval))
  }

  @Test(
    "what is not known, or stands where it would be passed over, is an error with file and line",
    arguments: [
      ("-- a\n-- whimbrel: window=nights", "V1__a.sql, line 2: spec.promotion.windows has no window 'nights'"),
      ("-- whimbrel: approval=auto", "V1__a.sql, line 1: 'approval=auto' is not known"),
      ("-- whimbrel: skip", "V1__a.sql, line 1: 'skip' is not known"),
      ("-- whimbrel:", "V1__a.sql, line 1: nothing follows"),
      ("-- whimbrel: window=", "V1__a.sql, line 1: spec.promotion.windows has no window ''"),
      ("SELECT 1;\n-- whimbrel: approval=manual", "V1__a.sql, line 2: a directive stands before the first statement"),
    ])
  func wrong(text: String, message: String) {
    let error = #expect(throws: PromotionError.self) { try Self.read(text) }
    #expect(error?.code == .directive && error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test("two windows are one too many")
  func two() {
    let text = "-- whimbrel: window=a window=b"
    let error = #expect(throws: PromotionError.self) { try Self.read(text, windows: ["a", "b"]) }
    #expect(error?.message.contains("two windows are named, 'a' and 'b'") == true)
  }

  @Test("without gates any window may be named, since another environment may have it, but nothing unknown")
  func withoutGates() throws {
    #expect(try Self.read("-- whimbrel: window=nights", windows: nil).window == "nights")
    #expect(throws: PromotionError.self) { try Self.read("-- whimbrel: nonsense", windows: nil) }
  }

  @Test("a backfill is none of them, wherever it stands")
  func backfills() throws {
    let text = "-- whimbrel: window=nights\n-- whimbrel: backfill table=t set=\"a = 1\" where=\"b c\" batch=5\n"
    #expect(try Self.read(text, windows: nil) == ScriptDirectives(window: "nights"))
    #expect(throws: PromotionError.self) { try Self.read("-- whimbrel: backfil table=t", windows: nil) }
  }

  @Test("comments of the .conf count, with its own lines, and Flyway's settings beside them stay what they are")
  func configuration() throws {
    let conf = "# whimbrel: window=low-traffic\nexecuteInTransaction=false\n! whimbrel: approval=manual\n"
    #expect(try Self.read("SELECT 1", conf: conf) == ScriptDirectives(window: "low-traffic", needsApproval: true))
    #expect(Samples.script("V1__a.sql", "SELECT 1", conf: conf).configuration.executeInTransaction == false)
    let error = #expect(throws: PromotionError.self) { try Self.read("SELECT 1", conf: "\n# whimbrel: wndow=x") }
    #expect(error?.message.hasPrefix("V1__a.sql.conf, line 2: 'wndow=x' is not known") == true)
  }
}
