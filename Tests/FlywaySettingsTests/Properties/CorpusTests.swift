import Testing

@Suite("Settings that the fuzzer found, read again")
struct CorpusTests {
  @Test("every text is followed or refused with a place, twice the same, and no secret is shown")
  func settings() throws {
    let corpus = try Corpus("settings")
    #expect(corpus.inputs.count > 100)
    #expect(corpus.violations(SettingsProperties.check) == [])
  }
}
