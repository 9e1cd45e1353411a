/// A node of a YAML document: a scalar, a sequence or a mapping, and where it begins.
///
/// Aliases are already replaced by what they refer to; the mark then is that of the original.
package struct YAMLNode: Sendable {
  /// What a node holds.
  package enum Content: Sendable {
    /// A single value.
    case scalar(YAMLScalar)
    /// Values in order.
    case sequence([YAMLNode])
    /// Keys and values in the order of the text; no key occurs twice.
    case mapping([Entry])
  }

  /// One key of a mapping with its value.
  package struct Entry: Sendable {
    /// The key's text; only scalars are allowed as keys.
    package let key: String
    /// Where the key begins.
    package let keyMark: YAMLMark
    /// The value.
    package let value: YAMLNode
  }

  /// What the node holds.
  package let content: Content
  /// Where the node begins.
  package let mark: YAMLMark

  /// Reads all documents of a text.
  ///
  /// - Throws: `YAMLError` with code `syntax`, `limit`, `duplicateKey` or `unsupported`.
  package static func parse(
    _ bytes: [UInt8], limits: YAMLLimits = .default
  ) throws(YAMLError) -> [YAMLNode] {
    guard bytes.count <= limits.inputBytes else {
      throw YAMLError(
        code: .limit, message: "the text has \(bytes.count) bytes; at most \(limits.inputBytes) are allowed",
        mark: YAMLMark(line: 1, column: 1))
    }
    var composer = YAMLComposer(bytes: bytes, limits: limits)
    return try composer.documents()
  }
}

extension YAMLNode {
  /// The value of a key, if this is a mapping that has it.
  package subscript(key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The element at a position, if this is a sequence that has it.
  package subscript(index: Int) -> YAMLNode? {
    guard case .sequence(let elements) = content, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The scalar, if this is one.
  package var scalar: YAMLScalar? {
    guard case .scalar(let scalar) = content else { return nil }
    return scalar
  }

  /// A noun for messages: what this node is, never its value.
  var kindName: String {
    switch content {
    case .scalar(let scalar): scalar.value.kindName
    case .sequence: "a sequence"
    case .mapping: "a mapping"
    }
  }

  var isNull: Bool {
    guard case .scalar(let scalar) = content, case .null = scalar.value else { return false }
    return true
  }
}
