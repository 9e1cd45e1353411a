/// JSON that comes through the API as text, such as lines of a log.
package enum JSONText {
  /// Reads a value; nil where the text is not JSON of that form.
  package static func decode<Value: Decodable>(_ type: Value.Type, from text: String) -> Value? {
    try? ObjectCoding.decode(type, from: Array(text.utf8), call: "JSON")
  }
}
