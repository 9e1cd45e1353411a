@testable import Controller
import FoundationEssentials
import Kubernetes
import Testing

@Suite("CitusMigration")
struct CitusMigrationTests {
  private func decode(_ spec: String, status: String? = nil) throws -> CitusMigration {
    let tail = status.map { ", \"status\": \($0)" } ?? ""
    let text = #"{"metadata": {"name": "a", "namespace": "n"}, "spec": \#(spec)\#(tail)}"#
    return try JSONDecoder().decode(CitusMigration.self, from: Data(text.utf8))
  }

  @Test(
    "a spec of a wrong shape never fails the object; the problem names the field, not the value",
    arguments: [
      ("{}", "migrations"), ("null", ""), ("[]", ""), ("\"hunter2\"", ""),
      (#"{"migrations": {}, "cluster": {"workers": {"expected": "hunter2"}}}"#, "cluster.workers.expected"),
      (#"{"migrations": {"configMap": {"names": [1]}}, "cluster": {"workers": {"expected": 1}}}"#, "names"),
      (#"{"migrations": {}, "cluster": {"password": {"value": ["hunter2"]}, "workers": {"expected": 1}}}"#, "password"),
    ])
  func badSpec(spec: String, field: String) throws {
    let object = try decode(spec)
    #expect(object.spec == nil && object.metadata.name == "a")
    let problem = try #require(object.specProblem)
    #expect(problem.contains(field) && problem.hasPrefix("spec"))
    #expect(!problem.contains("hunter2"))
  }

  @Test(
    "a status of a wrong shape counts as none",
    arguments: ["[]", "\"x\"", #"{"conditions": "x"}"#, #"{"pendingCount": "many"}"#, "null", #"{"plan": {}}"#])
  func badStatus(status: String) throws {
    let spec = #"{"migrations": {}, "cluster": {"workers": {"expected": 1}}}"#
    let object = try decode(spec, status: status)
    #expect(object.spec?.cluster.workers.expected == 1)
    #expect(object.status == nil)
  }

  @Test("one bad object does not fail a list")
  func list() throws {
    let text = #"{"metadata": {"name": "a"}, "spec": {"migrations": 1}, "status": 2}"#
    let good = #"{"metadata": {"name": "b"}, "spec": {"migrations": {}, "cluster": {"workers": {"expected": 1}}}}"#
    let list = try JSONDecoder().decode([CitusMigration].self, from: Data("[\(text), \(good)]".utf8))
    #expect(list.map(\.metadata.name) == ["a", "b"])
    #expect(list[0].specProblem != nil && list[1].specProblem == nil)
  }

  @Test("what is encoded is decoded again, fields of a later version are passed over")
  func roundTrip() throws {
    let object = CitusMigration(metadata: Samples.metadata(), spec: Samples.fullSpec(), status: Samples.fullStatus())
    let again = try JSONDecoder().decode(CitusMigration.self, from: JSONEncoder().encode(object))
    #expect(again.spec == object.spec && again.status == object.status && again.specProblem == nil)
    let spec = #"{"migrations": {"later": {}}, "cluster": {"workers": {"expected": 1}}, "lint": {"failOn": "Error"}}"#
    #expect(try decode(spec).spec != nil)
  }
}
