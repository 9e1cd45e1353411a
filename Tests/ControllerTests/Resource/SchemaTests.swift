@testable import Controller
import Testing

@Suite("The schema and the code")
struct SchemaTests {
  /// Paths of optional fields that are nil anywhere in a value.
  private static func missing(_ value: Any, at path: String) -> [String] {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      guard let inner = mirror.children.first else { return [path] }
      return missing(inner.value, at: path)
    }
    return mirror.children.enumerated().flatMap { missing($1.value, at: "\(path).\($1.label ?? "\($0)")") }
  }

  @Test("the samples leave no field of the code out")
  func samplesAreFull() {
    #expect(Self.missing(Samples.fullStatus(), at: "status").isEmpty)
    #expect(Self.missing(Samples.fullSpec(), at: "spec").isEmpty)
    #expect(Self.missing(Samples.spec(), at: "spec").contains("spec.interval"))
  }

  @Test("every field of the status is in the schema, with a bound: a server would prune it without a word")
  func status() throws {
    #expect(try Schema.part("status").problems(JSONValue(encoding: Samples.fullStatus()), at: "status").isEmpty)
  }

  @Test("every field of the spec is in the schema, with a bound")
  func spec() throws {
    #expect(try Schema.part("spec").problems(JSONValue(encoding: Samples.fullSpec()), at: "spec").isEmpty)
  }

  @Test("the judge itself finds what is unknown, unbounded or too long")
  func judge() throws {
    let schema = try Schema.part("status")
    #expect(schema.problems(.object(["nonsense": .string("x")]), at: "s") == ["s.nonsense: not in the schema"])
    let long = JSONValue.string(String(repeating: "x", count: 257))
    #expect(schema.problems(.object(["summary": long]), at: "s") == ["s.summary: 257 code points, 256 allowed"])
    #expect(schema.problems(.object(["summary": .number(1)]), at: "s") == ["s.summary: not of type string"])
    let rows = JSONValue.array(.init(repeating: .object([:]), count: 21))
    #expect(schema.problems(.object(["history": rows]), at: "s") == ["s.history: 21 items"])
    #expect(schema.problems(.object(["summary": .null]), at: "s") == ["s.summary: null"])
  }

  @Test("every reason and every type of condition fits its field")
  func reasons() {
    for reason in Reason.allCases {
      // Kubernetes' own pattern for reasons of conditions.
      #expect(reason.rawValue.wholeMatch(of: /[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?/) != nil)
    }
    #expect(Set(ConditionType.allCases.map(\.rawValue)).count == ConditionType.allCases.count)
  }
}
