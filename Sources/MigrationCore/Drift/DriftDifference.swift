/// One object that is not as it should be.
package struct DriftDifference: Sendable, Hashable {
  /// What happened to it.
  package enum Change: String, Sendable {
    /// It should be there and is not.
    case missing = "Missing"
    /// It is there and should not be.
    case unexpected = "Unexpected"
    /// It is there, but otherwise.
    case changed = "Changed"
  }

  package let key: DriftObject.Key
  /// Where, if not on the coordinator: `host:port shard 102008`.
  package var node: String?
  package let change: Change
  /// What should be: the properties that differ with their values, `type text`; nil for what should not be there.
  package var expected: String?
  /// What is.
  package var actual: String?

  /// A difference of its parts.
  package init(
    _ key: DriftObject.Key, node: String? = nil, _ change: Change, expected: String? = nil, actual: String? = nil
  ) {
    self.key = key
    self.node = node
    self.change = change
    self.expected = expected
    self.actual = actual
  }

  /// One line: `column public.bets.note changed: type text, is type character varying(20)`.
  package var text: String {
    let place = node.map { " on \($0)" } ?? ""
    let subject = "\(key.kind.rawValue) \(key.name)\(place)"
    switch change {
    case .missing: return "\(subject) is missing"
    case .unexpected: return "\(subject) is there and should not be"
    case .changed: return "\(subject) changed: \(expected ?? "nothing") expected, \(actual ?? "nothing") found"
    }
  }
}

// MARK: Comparing

extension DriftFingerprint {
  /// What differs between what should be and what is, in the order of kinds and names.
  ///
  /// What lies within an object that is missing or unexpected as a whole (the columns of a table) is not listed by itself.
  package static func differences(expected: DriftFingerprint, actual: DriftFingerprint) -> [DriftDifference] {
    let keys = Set(expected.objects.keys).union(actual.objects.keys)
    var found: [DriftDifference] = []
    for key in keys {
      switch (expected.objects[key], actual.objects[key]) {
      case (let before?, let after?):
        guard before != after else { continue }
        let (left, right) = describe(before.properties, after.properties)
        found.append(DriftDifference(key, .changed, expected: left, actual: right))
      case (let before?, nil):
        found.append(DriftDifference(key, .missing, expected: describe(before.properties)))
      case (nil, let after?):
        found.append(DriftDifference(key, .unexpected, actual: describe(after.properties)))
      case (nil, nil): break
      }
    }
    return withoutParts(found).sorted { $0.key < $1.key }
  }

  // `public.t.c` is a part of `public.t`.
  private static func withoutParts(_ found: [DriftDifference]) -> [DriftDifference] {
    let wholes = Dictionary(
      grouping: found.filter { $0.key.kind == .table && $0.change != .changed }, by: { $0.change }
    ).mapValues { Set($0.map(\.key.name)) }
    guard !wholes.isEmpty else { return found }
    return found.filter { difference in
      guard [.column, .constraint, .trigger, .policy, .rule].contains(difference.key.kind),
        let names = wholes[difference.change], let dot = lastDot(difference.key.name)
      else { return true }
      return !names.contains(String(difference.key.name[..<dot]))
    }
  }

  // The last dot outside quotes.
  private static func lastDot(_ name: String) -> String.Index? {
    var isQuoted = false
    var last: String.Index?
    for index in name.utf8.indices {
      if name.utf8[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
      if name.utf8[index] == UInt8(ascii: "."), !isQuoted { last = index }
    }
    return last
  }

  private static func describe(
    _ before: [String: String], _ after: [String: String]
  ) -> (expected: String, actual: String) {
    let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    func side(_ values: [String: String]) -> String {
      names.map { name in values[name].map { "\(name) \(shown($0))" } ?? "no \(name)" }.joined(separator: ", ")
    }
    return (side(before), side(after))
  }

  private static func describe(_ properties: [String: String]) -> String? {
    let text = properties.sorted { $0.key < $1.key }.map { "\($0.key) \(shown($0.value))" }.joined(separator: ", ")
    return text.isEmpty ? nil : text
  }

  // Half of a digest is enough to see that it changed.
  private static func shown(_ value: String) -> String {
    value.hasPrefix("#") && value.utf8.count == 17 ? String(value.prefix(9)) : value
  }
}

// MARK: A run in between

extension DriftFingerprint {
  /// The baseline after a run: what the run changed is as it left it; what differed from the baseline before the run, and
  /// was not touched by it, still differs.
  ///
  /// A run does not wash drift away.
  package static func baseline(
    _ baseline: DriftFingerprint, carriedOver before: DriftFingerprint, to after: DriftFingerprint
  ) -> DriftFingerprint {
    var carried = after
    for key in Set(baseline.objects.keys).union(before.objects.keys)
    where before.objects[key] == after.objects[key] && baseline.objects[key] != before.objects[key] {
      carried.put(baseline.objects[key], for: key)
    }
    return carried
  }
}
