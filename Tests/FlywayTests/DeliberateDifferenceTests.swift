import FoundationEssentials
import TestSupport
import Testing

/// The list of what is done otherwise on purpose.
struct DeliberateDifferenceTests {
  @Test("docs/flyway.md lists the same deliberate differences, with the same reasons")
  func documentationIsTheSame() throws {
    let text = try String(contentsOf: URL(filePath: Checkout.path + "/docs/flyway.md"), encoding: .utf8)
    let heading = "\n## Recorded cases that end otherwise\n"
    let section = text.firstRange(of: heading).map { text[$0.upperBound...] } ?? ""
    let rows = section.split(separator: "\n").prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| `") }
    #expect(rows.map(String.init) == DeliberateDifference.all.map(\.documentation))
  }

  @Test("every deliberate difference concerns steps of a recorded case")
  func casesExist() {
    for entry in DeliberateDifference.all {
      let recorded = RecordedCases.all.first { $0.name == entry.recordedCase }
      #expect(recorded != nil, "\(entry.recordedCase) is not recorded")
      for step in entry.steps.keys { #expect(recorded?.steps.indices.contains(step) == true, "\(entry.recordedCase)") }
    }
  }
}
