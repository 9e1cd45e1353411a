@testable import Commands
import Glibc
import Support
import Testing

@Suite("Local time")
struct LocalTimeTests {
  // The process's own zone, whatever it is: there and back must agree.
  @Test(
    "the history's local times become instants and agree with the clock", arguments: [0, 1_795_372_215, 1_753_000_000])
  func roundTrip(seconds: Int64) throws {
    let moment = Timestamp(microseconds: seconds * 1_000_000 + 5)
    let local = LocalTime.text(moment)
    let column = local.split(separator: "T").joined(separator: " ")
    #expect(LocalTime.instant(ofColumn: column) == moment.rfc3339Microseconds)
  }

  @Test("what is no time is none", arguments: ["", "yesterday", "2026-11-22", "2026-11 10:00:00"])
  func nonsense(text: String) {
    #expect(LocalTime.instant(ofColumn: text) == nil)
  }

  @Test("a time without a fraction stays without one")
  func whole() {
    #expect(LocalTime.instant(ofColumn: "2026-11-22 10:00:00")?.contains(".") == false)
  }
}
