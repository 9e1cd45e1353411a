import Testing

@Suite("What the fuzzer found, linted again")
struct CorpusTests {
  @Test("every text is linted twice with the same findings, each in its place, and its edits can be read again")
  func corpus() throws {
    let folder = Checkout.path + "Fuzzing/Corpus/lint/"
    let names = try Checkout.names(in: folder)
    #expect(names.count > 100)
    for name in names { #expect(LintProperties.violation(try Checkout.bytes(folder + name)) == nil, "\(name)") }
  }
}
