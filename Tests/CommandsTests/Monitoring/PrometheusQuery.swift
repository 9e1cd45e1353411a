/// The names that stand in a PromQL expression: enough of its grammar to tell metrics, labels and functions apart.
struct PrometheusQuery: Equatable {
  /// A selector: the metric, and the labels between its braces.
  struct Selector: Equatable {
    var metric: String
    var labels: [String] = []
  }

  var selectors: [Selector] = []
  /// Labels of `by`, `without`, `on`, `ignoring`, `group_left` and `group_right`.
  var grouping: [String] = []

  private static let keywords: Set<String> = ["and", "or", "unless", "bool", "offset", "inf", "nan"]
  private static let groups: Set<String> = ["by", "without", "on", "ignoring", "group_left", "group_right"]

  /// Reads an expression, of which Grafana's variables may be a part.
  init(_ text: String) {
    let tokens = Self.tokens(text)
    var index = 0
    while index < tokens.count {
      let token = tokens[index]
      let next = index + 1 < tokens.count ? tokens[index + 1] : ""
      index += 1
      if token == "[" {
        index = Self.end(of: tokens, from: index, "]")
      } else if Self.groups.contains(token), next == "(" {
        let end = Self.end(of: tokens, from: index, ")")
        grouping += tokens[index..<end].filter(Self.isName)
        index = end
      } else if Self.isName(token), !["(", "by", "without"].contains(next), !Self.keywords.contains(token.lowercased())
      {
        var selector = Selector(metric: token)
        if next == "{" {
          let end = Self.end(of: tokens, from: index, "}")
          for place in index..<end where Self.isName(tokens[place]) && ["=", "!", "~"].contains(tokens[place + 1]) {
            selector.labels.append(tokens[place])
          }
          index = end
        }
        selectors.append(selector)
      }
    }
  }

  // Names, single characters, and texts (as one quote each).
  private static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      if first == "\"" || first == "'" {
        rest = rest.dropFirst()
        while let character = rest.first, character != first { rest = rest.dropFirst(character == "\\" ? 2 : 1) }
        rest = rest.dropFirst()
        tokens.append("\"")
      } else if first.isLetter || first == "_" || first == "$" || first.isNumber {
        let name = rest.prefix { $0.isLetter || $0.isNumber || "_:$.".contains($0) }
        tokens.append(String(name))
        rest = rest.dropFirst(name.count)
      } else {
        if !first.isWhitespace { tokens.append(String(first)) }
        rest = rest.dropFirst()
      }
    }
    return tokens
  }

  private static func end(of tokens: [String], from start: Int, _ mark: String) -> Int {
    tokens[start...].firstIndex(of: mark) ?? tokens.count
  }

  private static func isName(_ token: String) -> Bool {
    token.first.map { $0.isLetter || $0 == "_" } ?? false
  }
}
