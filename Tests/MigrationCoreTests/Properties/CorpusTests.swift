import Testing

@Suite("What the fuzzer found, read again")
struct CorpusTests {
  @Test("every text is cut into tokens and statements without loss, in order and with right places")
  func lexer() throws {
    let corpus = try Corpus("lexer")
    #expect(corpus.inputs.count > 100)
    #expect(corpus.violations(LexerProperties.check) == [])
  }

  @Test("every file name and version means what Flyway's rules say, and versions have one order")
  func names() throws {
    let corpus = try Corpus("names")
    #expect(corpus.inputs.count > 100)
    #expect(corpus.violations(NameProperties.check) == [])
  }

  @Test("every .conf, placeholder and encoding is read wholly or refused with a place")
  func conf() throws {
    let corpus = try Corpus("conf")
    #expect(corpus.inputs.count > 100)
    #expect(corpus.violations(ConfigurationProperties.check) == [])
  }
}
