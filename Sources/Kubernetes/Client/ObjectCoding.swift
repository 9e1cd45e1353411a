internal import FoundationEssentials

/// JSON in both directions, with errors that name the path but never a value.
enum ObjectCoding {
  static func encode<Value: Encodable>(_ value: Value) throws(KubernetesError) -> [UInt8] {
    do {
      let encoder = JSONEncoder()
      // The server reads a server-side apply as YAML, in which `\/` is no escape.
      encoder.outputFormatting = .withoutEscapingSlashes
      return [UInt8](try encoder.encode(value))
    } catch {
      throw KubernetesError(code: .decoding, message: "cannot encode \(Value.self) as JSON: \(describe(error))")
    }
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], call: String
  ) throws(KubernetesError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw KubernetesError(code: .decoding, message: "\(call): the answer cannot be read: \(describe(error))")
    }
  }

  /// What is wrong and where; `DecodingError`'s own text is left out, since it may quote values.
  static func describe(_ error: any Error) -> String {
    switch error {
    case DecodingError.typeMismatch(let type, let context): "\(path(context)): expected \(type)"
    case DecodingError.valueNotFound(let type, let context): "\(path(context)): expected \(type), found null"
    case DecodingError.keyNotFound(let key, let context): "\(path(context)): the key '\(key.stringValue)' is missing"
    case DecodingError.dataCorrupted(let context): "\(path(context)): not valid"
    case EncodingError.invalidValue(_, let context): "\(path(context)): not valid"
    default: "\(type(of: error))"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String { path(context.codingPath) }
  private static func path(_ context: EncodingError.Context) -> String { path(context.codingPath) }

  private static func path(_ keys: [any CodingKey]) -> String {
    let text = keys.reduce(into: "") { text, key in
      text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? key.stringValue : ".\(key.stringValue)")
    }
    return text.isEmpty ? "(root)" : text
  }
}
