@testable import Controller
import FoundationEssentials
import Testing

@Suite("Fields that one side does not know")
struct FieldPathsTests {
  private static func paths(_ json: String) throws -> FieldPaths {
    try JSONDecoder().decode(FieldPaths.self, from: Data(json.utf8))
  }

  @Test(
    "are named by path, once where a whole object is missing",
    arguments: [
      (#"{"a": 1}"#, #"{"a": 2}"#, []), (#"{"a": 1, "b": null}"#, "{}", ["a"]),
      (#"{"a": {"b": 1, "c": {"d": 1}}}"#, #"{"a": {"b": 1}}"#, ["a.c"]),
      (#"{"a": [{"b": 1}, {"c": 1}]}"#, #"{"a": [{"b": 2}]}"#, ["a[].c"]), (#"{"a": [{"b": 1}]}"#, "{}", ["a"]),
      (#"{"a": [1, "x", true]}"#, #"{"a": []}"#, []), ("{}", #"{"a": 1}"#, []),
    ] as [(String, String, [String])])
  func missing(one: String, other: String, names: [String]) throws {
    #expect(try Self.paths(one).missing(in: Self.paths(other)) == names)
  }

  @Test("of a spec are found when the resource is read, also beside placeholders of any name")
  func unknown() throws {
    let spec = String(decoding: try JSONEncoder().encode(Samples.fullSpec()), as: UTF8.self)
    func object(_ spec: String) throws -> CitusMigration {
      try JSONDecoder().decode(
        CitusMigration.self, from: Data(#"{"metadata": {"name": "a"}, "spec": \#(spec)}"#.utf8))
    }
    #expect(try object(spec).unknownFields == [])
    let newer = #"{"gateOfTheFuture": {"closed": true}, "#
    let changed = newer + String(spec.dropFirst())
    #expect(try object(changed).unknownFields == ["spec.gateOfTheFuture"])
    #expect(try object(changed).spec == Samples.fullSpec())
  }
}
