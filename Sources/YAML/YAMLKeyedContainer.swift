/// The members of a mapping.
struct YAMLKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: YAMLNodeDecoder
  private let entries: [String: YAMLNode]
  private let order: [String]

  init(decoder: YAMLNodeDecoder, entries: [YAMLNode.Entry]) {
    self.decoder = decoder
    self.entries = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
    self.order = entries.map(\.key)
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { order.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { entries[key.stringValue] != nil }

  private func child(_ key: Key) throws(YAMLError) -> YAMLNodeDecoder {
    guard let node = entries[key.stringValue] else {
      throw decoder.error(.missingKey, "the key '\(key.stringValue)' is missing", missing: key)
    }
    return decoder.descend(to: node, key)
  }

  func decodeNil(forKey key: Key) throws -> Bool { try child(key).node.isNull }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try child(key).bool() }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try child(key).string() }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try child(key).double() }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try child(key).double()) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try child(key).integer() }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try child(key).integer() }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try child(key).integer() }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try child(key).integer() }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try child(key).integer() }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try child(key).integer() }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try child(key).integer() }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try child(key).integer() }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try child(key).integer() }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try child(key).integer() }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try Value(from: child(key)) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try child(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}
