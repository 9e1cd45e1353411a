import FoundationEssentials
import Support
import Testing

@testable import Kubernetes

@Suite("Objects of the API as values")
struct ResourceTests {
  private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  @Test("a Secret's values never show, whatever prints it")
  func secretRedaction() throws {
    let secret = try decode(
      Secret.self,
      #"{"metadata":{"namespace":"dev","name":"db","annotations":{"a":"hush"}},"data":{"password":"aHVzaA=="}}"#)
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped] { #expect(!text.contains("hush"), "\(text)") }
    #expect("\(secret)" == "Secret dev/db with the keys password")
    #expect(secret.text("password")?.reveal() == "hush")
    #expect(secret.text("nope") == nil)
    #expect(secret.data["password"]?.reveal() == Array("hush".utf8))
  }

  @Test("a Secret whose value is not text has bytes, but no text")
  func binarySecret() throws {
    let secret = try decode(Secret.self, #"{"metadata":{"name":"s"},"data":{"k":"//8="}}"#)
    #expect(secret.data["k"]?.reveal() == [255, 255])
    #expect(secret.text("k") == nil)
  }

  @Test("base64 that is none is refused")
  func badBase64() {
    #expect(throws: DecodingError.self) {
      try decode(ConfigMap.self, #"{"metadata":{"name":"s"},"binaryData":{"k":"%"}}"#)
    }
  }

  @Test("managed fields and the last applied configuration are left out")
  func trimming() throws {
    let metadata = try decode(
      ObjectMetadata.self,
      #"""
      {"name":"a","managedFields":[{"manager":"kubectl","fieldsV1":{"f:data":{}}}],"generation":3,
       "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","keep":"this"},
       "ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u","controller":true}]}
      """#)
    #expect(metadata.annotations == ["keep": "this"])
    #expect(metadata.generation == 3)
    #expect(metadata.ownerReferences.first?.controller == true)
  }

  @Test("what is empty is not sent")
  func sparse() throws {
    let json = try ObjectCoding.encode(OutgoingObject(object: ConfigMap(metadata: ObjectMetadata(name: "a"))))
    let object = try #require(try decode([String: JSON].self, String(decoding: json, as: UTF8.self)) as [String: JSON]?)
    #expect(Set(object.keys) == ["apiVersion", "kind", "metadata"])
    #expect(object["metadata"] == .object(["name": .text("a")]))
  }

  @Test("of objects whose metadata is followed only what tells them apart is held, and their labels")
  func metadataOnly() throws {
    let json = """
      {"metadata": {"name": "a", "namespace": "n", "uid": "u", "resourceVersion": "7", "labels": {"l": "1"},
       "annotations": {"large": "x"}, "finalizers": ["f"], "creationTimestamp": "2026-01-02T03:04:05Z",
       "ownerReferences": [{"apiVersion": "v1", "kind": "K", "name": "o", "uid": "u2"}]}}
      """
    var expected = ObjectMetadata(name: "a", namespace: "n", labels: ["l": "1"])
    expected.uid = "u"
    expected.resourceVersion = "7"
    #expect(try decode(MetadataOnly<Secret>.self, json).metadata == expected)
  }

  @Test("an Event carries what the server demands")
  func event() throws {
    let owner = Lease(metadata: ObjectMetadata(name: "l", namespace: "n"))
    var event = Event(metadata: ObjectMetadata(name: "l.1", namespace: "n"))
    event.eventTime = Timestamp(microseconds: 6).rfc3339Microseconds
    event.regarding = ObjectReference(owner)
    let json = try ObjectCoding.encode(OutgoingObject(object: event))
    let object = try decode([String: JSON].self, String(decoding: json, as: UTF8.self))
    #expect(object["apiVersion"] == .text("events.k8s.io/v1"))
    #expect(object["eventTime"] == .text("1970-01-01T00:00:00.000006Z"))
    #expect(
      object["regarding"]
        == .object([
          "apiVersion": .text("coordination.k8s.io/v1"), "kind": .text("Lease"), "namespace": .text("n"),
          "name": .text("l"),
        ]))
  }

  /// Enough of JSON to compare what is sent.
  enum JSON: Decodable, Equatable {
    case text(String)
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .object(try container.decode([String: JSON].self))
      }
    }
  }
}
