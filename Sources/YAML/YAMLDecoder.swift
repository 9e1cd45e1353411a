/// Decodes a YAML document into a `Decodable` type.
///
/// Types are strict: a quoted or block scalar is only ever a string, and a plain one only what the core schema says.
package struct YAMLDecoder: Sendable {
  /// What the text may cost at most.
  package var limits: YAMLLimits

  /// Makes a decoder.
  package init(limits: YAMLLimits = .default) {
    self.limits = limits
  }

  /// Decodes a text that holds exactly one document.
  ///
  /// - Throws: `YAMLError` with line, column and path of the value at fault.
  package func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(YAMLError) -> Value {
    let documents = try YAMLNode.parse(bytes, limits: limits)
    guard let first = documents.first else {
      throw YAMLError(
        code: .invalidValue, message: "the text holds no document", mark: YAMLMark(line: 1, column: 1))
    }
    if documents.count > 1 {
      throw YAMLError(
        code: .invalidValue, message: "the text holds \(documents.count) documents; one is expected",
        mark: documents[1].mark)
    }
    return try decode(type, from: first)
  }

  /// Decodes a node.
  ///
  /// - Throws: `YAMLError` with line, column and path of the value at fault.
  package func decode<Value: Decodable>(_ type: Value.Type, from node: YAMLNode) throws(YAMLError) -> Value {
    let decoder = YAMLNodeDecoder(node: node, codingPath: [])
    do {
      return try Value(from: decoder)
    } catch let error as YAMLError {
      throw error
    } catch let error as DecodingError {
      throw YAMLError(error, root: node)
    } catch {
      throw YAMLError(code: .invalidValue, message: "\(error)", mark: node.mark)
    }
  }
}

extension YAMLError {
  /// Finds the place of an error that a type's own `init(from:)` threw.
  fileprivate init(_ error: DecodingError, root: YAMLNode) {
    let (code, context): (Code, DecodingError.Context) =
      switch error {
      case .typeMismatch(_, let context): (.typeMismatch, context)
      case .valueNotFound(_, let context): (.typeMismatch, context)
      case .keyNotFound(_, let context): (.missingKey, context)
      case .dataCorrupted(let context): (.invalidValue, context)
      @unknown default: (.invalidValue, DecodingError.Context(codingPath: [], debugDescription: "\(error)"))
      }
    var node = root
    for key in context.codingPath {
      guard let next = key.intValue.flatMap({ node[$0] }) ?? node[key.stringValue] else { break }
      node = next
    }
    self.init(
      code: code, message: context.debugDescription, mark: node.mark, path: YAMLNodeDecoder.text(of: context.codingPath)
    )
  }
}
