import MigrationCore
import MigrationLint
import Testing

@Suite("The rules' examples")
struct RuleExampleTests {
  @Test("each rule has a bad and a good one, and all texts", arguments: Rule.all.map(\.id))
  func complete(id: String) throws {
    let rule = try #require(Rule.named(id))
    #expect(rule.examples.contains { $0.isBad })
    #expect(rule.examples.contains { !$0.isBad })
    #expect(!rule.title.isEmpty && !rule.why.isEmpty && !rule.remedy.isEmpty)
    #expect(rule.why.hasSuffix(".") && rule.remedy.hasSuffix("."))
    #expect(!rule.title.hasSuffix("."))
  }

  @Test("a bad one is found by its rule", arguments: Rule.all.map(\.id))
  func bad(id: String) throws {
    for example in try #require(Rule.named(id)).examples where example.isBad {
      #expect(Linting.run(example).findings.map(\.rule).contains(id), "\(example.text)")
    }
  }

  @Test("in a good one no rule finds anything", arguments: Rule.all.map(\.id))
  func good(id: String) throws {
    for example in try #require(Rule.named(id)).examples where !example.isBad {
      let found = Linting.run(example).findings.map { "\($0.path):\($0.start.line) \($0.rule): \($0.message)" }
      #expect(found == [], "\(example.text)")
    }
  }

  @Test("what --fix changes in them is not found again", arguments: Rule.all.filter(\.hasEdits).map(\.id))
  func fixed(id: String) throws {
    var isFixed = false
    for example in try #require(Rule.named(id)).examples where example.isBad {
      let findings = Linting.run(example).findings.filter { $0.rule == id && !$0.edits.isEmpty }
      guard !findings.isEmpty else { continue }
      let files = example.files.map { file in
        let edits = findings.filter { $0.path == file.name }.map(\.edits)
        return (
          name: file.name, text: String(decoding: Edit.apply(edits, to: Array(file.text.utf8)).bytes, as: UTF8.self)
        )
      }
      let again = Linting.run(files).findings.filter { $0.rule == id && !$0.edits.isEmpty }
      #expect(again.isEmpty, "\(files)")
      isFixed = true
    }
    #expect(isFixed)
  }

  @Test("rules have the names that are promised: settings and comments name them")
  func names() {
    let promised = [
      "cit-lock", "cit-unique", "cit-trigger", "cit-ref-default", "file-changed", "file-name", "ten-undistributed",
      "ten-wrong-key", "cit-undistributable", "lock-index", "tx-alone", "lock-invalid-index", "cit-key-mutation",
      "cit-fk", "lock-not-valid", "lock-not-null", "lock-required-col", "lock-rewrite", "cit-serial", "data-mixed",
      "data-volatile", "data-unbounded", "safe-drop", "safe-rename", "cit-alter", "cit-rule", "cit-admin",
      "tx-session", "cit-nonempty", "cit-workers", "cit-colocate", "ten-index", "ten-events", "ten-reference",
      "idem-distribute", "idem-exists", "lock-unique", "parse-opaque", "lock-bundle", "style-types",
    ]
    #expect(Rule.all.map(\.id) == promised + ["parse-broken", "ignore-comment", "style-names"])
  }
}
