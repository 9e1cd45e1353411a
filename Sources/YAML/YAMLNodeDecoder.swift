/// The `Decoder` for one node.
struct YAMLNodeDecoder: Decoder {
  let node: YAMLNode
  let codingPath: [any CodingKey]

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .mapping(let entries) = node.content else { throw mismatch("a mapping") }
    return KeyedDecodingContainer(YAMLKeyedContainer(decoder: self, entries: entries))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .sequence(let elements) = node.content else { throw mismatch("a sequence") }
    return YAMLUnkeyedContainer(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    YAMLSingleValueContainer(decoder: self)
  }

  func descend(to child: YAMLNode, _ key: any CodingKey) -> YAMLNodeDecoder {
    YAMLNodeDecoder(node: child, codingPath: codingPath + [key])
  }

  // MARK: Scalars

  func string() throws(YAMLError) -> String {
    guard case .scalar(let scalar) = node.content else { throw mismatch("a string") }
    switch scalar.value {
    case .string(let text): return text
    case .null: throw mismatch("a string")
    default: throw mismatch("a string", hint: "; put it in quotes")
    }
  }

  func bool() throws(YAMLError) -> Bool {
    guard case .scalar(let scalar) = node.content, case .bool(let value) = scalar.value else {
      throw mismatch("true or false")
    }
    return value
  }

  func integer<Number: FixedWidthInteger>() throws(YAMLError) -> Number {
    guard case .scalar(let scalar) = node.content, case .integer(let value) = scalar.value else {
      throw mismatch("an integer")
    }
    guard let number = Number(exactly: value) else {
      throw error(.invalidValue, "the integer is outside of \(Number.min)...\(Number.max)")
    }
    return number
  }

  func double() throws(YAMLError) -> Double {
    guard case .scalar(let scalar) = node.content else { throw mismatch("a number") }
    switch scalar.value {
    case .integer(let value): return Double(value)
    case .float(let value): return value
    default: throw mismatch("a number")
    }
  }

  // MARK: Errors

  func mismatch(_ expected: String, hint: String = "") -> YAMLError {
    error(.typeMismatch, "expected \(expected), found \(node.kindName)\(hint)")
  }

  func error(_ code: YAMLError.Code, _ message: String, missing key: (any CodingKey)? = nil) -> YAMLError {
    let path = key.map { codingPath + [$0] } ?? codingPath
    return YAMLError(code: code, message: message, mark: node.mark, path: Self.text(of: path))
  }

  static func text(of path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }
}

/// The key of an element of a sequence.
struct YAMLIndexKey: CodingKey {
  let index: Int

  init(_ index: Int) { self.index = index }
  init?(intValue: Int) { index = intValue }
  init?(stringValue: String) { nil }

  var intValue: Int? { index }
  var stringValue: String { "\(index)" }
}
