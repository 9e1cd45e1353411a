/// A field that is not what Flyway shows.
struct FieldDifference: Sendable, Equatable {
  let field: String
  let expected: JSONValue
  /// Nil where the path shows no such field at all.
  let actual: JSONValue?

  /// All differences, by field.
  ///
  /// - Parameter unseen: fields that the path cannot show; they are left out.
  static func all(
    expected: [String: JSONValue], actual: [String: JSONValue], unseen: Set<String>
  ) -> [FieldDifference] {
    let names = Set(expected.keys).union(actual.keys).subtracting(unseen).sorted()
    return names.compactMap { name in
      guard let wanted = expected[name] else { return nil }
      return wanted == actual[name] ? nil : FieldDifference(field: name, expected: wanted, actual: actual[name])
    }
  }
}
