@testable import Controller
import Testing

@Suite("docs/conditions.md")
struct ReasonDocumentTests {
  @Test("the table of reasons has one row for each reason of the code, and no other")
  func reasons() throws {
    let text = try Checkout.text("docs/conditions.md")
    let table = text.split(separator: "## Reasons").last ?? ""
    let rows = table.matches(of: /\n\| `(\w+)` \|/).map { String($0.1) }
    #expect(Set(rows) == Set(Reason.allCases.map(\.rawValue)))
    #expect(rows.count == Set(rows).count)
  }

  @Test("the table of conditions has one row for each type of the code")
  func conditions() throws {
    let text = try Checkout.text("docs/conditions.md")
    for type in ConditionType.allCases {
      #expect(text.contains("\n| \(type.rawValue) |"), "\(type.rawValue)")
    }
  }
}
