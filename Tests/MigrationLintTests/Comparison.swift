import MigrationLint

/// The cases that whimbrel and squawk are compared by: the folder `Comparison`.
struct Comparison {
  struct Problem {
    /// The file's name up to the two underscores.
    let file: String
    let lines: ClosedRange<Int>
    let kind: String
    let text: String
  }

  struct Case {
    let name: String
    var title = ""
    var tenant = "tenant_id"
    var problems: [Problem] = []
    var files: [(name: String, text: String)] = []
  }

  /// A finding: file, line and rule.
  typealias Found = (file: String, line: Int, rule: String)

  let cases: [Case]
  /// Of a class of problems, the rules of each tool that find it.
  let classes: [String: [String: Set<String>]]
  /// What each tool has found, by case.
  let recorded: [String: [String: [Found]]]
  let page: String

  init() throws {
    let folder = Checkout.tests + "Comparison/"
    cases = try Checkout.names(in: folder + "cases").map { name in
      Self.parse(String(name.dropLast(4)), try Checkout.text(folder + "cases/" + name))
    }
    let kinds = try Self.rows(folder + "classes.tsv").map { row in
      let rules = row.dropFirst().map { Set($0.split(separator: " ").map(String.init)) } + [[], []]
      return (row[0], ["whimbrel": rules[0], "squawk": rules[1]])
    }
    classes = Dictionary(kinds) { $1 }
    var recorded: [String: [String: [Found]]] = [:]
    for tool in ["whimbrel", "squawk"] {
      for row in try Self.rows(folder + tool + ".tsv") where row.count == 4 {
        recorded[tool, default: [:]][row[0], default: []].append((row[1], Int(row[2]) ?? 0, row[3]))
      }
    }
    self.recorded = recorded
    page = try Checkout.text(Checkout.path + "docs/lint-comparison.md")
  }

  /// The rules of a tool that find a problem.
  func rules(of tool: String, _ problem: Problem, in found: [Found]) -> [String] {
    let wanted = classes[problem.kind]?[tool] ?? []
    let hits = found.filter { isAt($0, problem) && wanted.contains($0.rule) }
    return Set(hits.map(\.rule)).sorted()
  }

  /// Whether a finding stands where a problem is; line 0 is the whole file.
  func isAt(_ found: Found, _ problem: Problem) -> Bool {
    found.file.hasPrefix(problem.file + "__") && (problem.lines.contains(found.line) || problem.lines.lowerBound == 0)
  }

  private static func rows(_ path: String) throws -> [[String]] {
    try Checkout.text(path).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private static func parse(_ name: String, _ text: String) -> Case {
    var result = Case(name: name)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == "--", words[1].hasSuffix(".sql") {
        result.files.append((String(words[1]), ""))
      } else if !result.files.isEmpty {
        result.files[result.files.count - 1].text += line + "\n"
      } else if words.count > 4, words[1] == "problem" {
        result.problems.append(problem(words))
      } else if words.count == 3, words[1] == "tenant" {
        result.tenant = String(words[2])
      } else {
        result.title = String(line.dropFirst(3))
      }
    }
    return result
  }

  /// `-- problem V2:1-3 class: text`.
  private static func problem(_ words: [Substring]) -> Problem {
    let place = words[2].split(separator: ":")
    let lines = (place.last ?? "").split(separator: "-").compactMap { Int($0) }
    let first = lines.first ?? 0
    return Problem(
      file: String(place.first ?? ""), lines: first...max(first, lines.last ?? first),
      kind: String(words[3].dropLast()),
      text: words.dropFirst(4).joined(separator: " "))
  }
}
