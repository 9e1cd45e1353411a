/// A scalar as it was written.
package struct YAMLScalar: Sendable, Hashable {
  /// How a scalar was written.
  package enum Style: Sendable, Hashable {
    /// Without quotes: the core schema decides the type.
    case plain
    /// In single or double quotes: always a string.
    case quoted
    /// As a block, `|` or `>`: always a string.
    case block
  }

  /// The text after unescaping and folding.
  package let text: String
  /// How it was written.
  package let style: Style
  /// The explicit tag, such as `tag:yaml.org,2002:str`, or nil.
  package let tag: String?

  /// What the text means in YAML's core schema.
  package var value: YAMLValue {
    switch tag {
    case nil: style == .plain ? YAMLValue(plain: text) : .string(text)
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null": YAMLValue(plain: text)
    case "tag:yaml.org,2002:float":
      if case .integer(let number) = YAMLValue(plain: text) { .float(Double(number)) } else { YAMLValue(plain: text) }
    default: .string(text)
    }
  }
}
