/// The elements of a sequence.
struct YAMLUnkeyedContainer: UnkeyedDecodingContainer {
  let decoder: YAMLNodeDecoder
  let elements: [YAMLNode]
  private(set) var currentIndex = 0

  init(decoder: YAMLNodeDecoder, elements: [YAMLNode]) {
    self.decoder = decoder
    self.elements = elements
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  /// Decodes the current element and moves on only if that succeeded, as the protocol demands.
  private mutating func element<Value>(_ decode: (YAMLNodeDecoder) throws -> Value) throws -> Value {
    guard !isAtEnd else {
      throw decoder.error(.missingKey, "the sequence ends before element \(currentIndex)")
    }
    let value = try decode(decoder.descend(to: elements[currentIndex], YAMLIndexKey(currentIndex)))
    currentIndex += 1
    return value
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, elements[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool { try element { try $0.bool() } }
  mutating func decode(_ type: String.Type) throws -> String { try element { try $0.string() } }
  mutating func decode(_ type: Double.Type) throws -> Double { try element { try $0.double() } }
  mutating func decode(_ type: Float.Type) throws -> Float { try element { Float(try $0.double()) } }
  mutating func decode(_ type: Int.Type) throws -> Int { try element { try $0.integer() } }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try element { try $0.integer() } }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try element { try $0.integer() } }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try element { try $0.integer() } }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try element { try $0.integer() } }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try element { try $0.integer() } }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try element { try $0.integer() } }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try element { try $0.integer() } }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try element { try $0.integer() } }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try element { try $0.integer() } }
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try element { try Value(from: $0) } }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try element { try $0.container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try element { try $0.unkeyedContainer() }
  }

  mutating func superDecoder() throws -> any Decoder { try element { $0 } }
}
