internal import Support

/// One value with the place that it comes from.
struct Setting: Sendable {
  /// Where a value stands.
  enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// A flag, as it was written.
    case argument(String)
    /// An environment variable.
    case variable(String)
    /// A file, and the line if it is known.
    case file(String, line: Int?)

    var description: String {
      switch self {
      case .argument(let shown): "argument \(shown)"
      case .variable(let name): "environment variable \(name)"
      case .file(let path, let line): line.map { "\(path):\($0)" } ?? path
      }
    }

    var isArgument: Bool { if case .argument = self { true } else { false } }
  }

  /// What was written: a text, or the elements of a TOML array.
  enum Value: Sendable {
    case text(Redacted<String>)
    case list([Redacted<String>])
  }

  let value: Value
  let origin: Origin

  init(_ text: Redacted<String>, _ origin: Origin) {
    value = .text(text)
    self.origin = origin
  }

  init(_ value: Value, _ origin: Origin) {
    self.value = value
    self.origin = origin
  }

  /// The text; elements of an array with commas between them.
  var text: String {
    switch value {
    case .text(let text): text.reveal()
    case .list(let elements): elements.map { $0.reveal() }.joined(separator: ",")
    }
  }

  /// The elements: of a text those between its commas, without blanks around them and without empty ones.
  var elements: [String] {
    switch value {
    case .text(let text): text.reveal().split(separator: ",").map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
    case .list(let elements): elements.map { $0.reveal() }
    }
  }

  /// The same place, with every text changed.
  func mapped<Failure: Error>(_ change: (String) throws(Failure) -> String) throws(Failure) -> Setting {
    switch value {
    case .text(let text): return Setting(Redacted(try change(text.reveal())), origin)
    case .list(let elements):
      var result: [Redacted<String>] = []
      for element in elements { result.append(Redacted(try change(element.reveal()))) }
      return Setting(.list(result), origin)
    }
  }
}
