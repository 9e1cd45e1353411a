import Testing

/// The recorded cases themselves.
struct FixtureTests {
  @Test("every recorded case is there and can be read")
  func casesAreThere() {
    #expect(RecordedCases.failure == nil)
    #expect(RecordedCases.all.count == RecordedCases.count)
    #expect(Set(RecordedCases.all.map(\.name)).count == RecordedCases.count)
  }
}
