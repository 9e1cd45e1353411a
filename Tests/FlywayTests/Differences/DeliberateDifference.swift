import FoundationEssentials

/// What Whimbrel does otherwise than Flyway in a recorded case, on purpose.
struct DeliberateDifference: Sendable {
  /// The only reasons there are.
  enum Reason: String, Sendable, CaseIterable {
    case hangs = "Flyway hangs"
    case loses = "Flyway loses or hides something"
    case sells = "Flyway sells it"
    case safety = "safety"
  }

  let recordedCase: String
  let reason: Reason
  /// The reason in words, as `docs/flyway.md` says it.
  let why: String
  /// What Whimbrel does, as `docs/flyway.md` says it.
  let instead: String
  let paths: Set<PathKind>
  /// By step, counted from 0, and field: what is seen instead, as JSON.
  let steps: [Int: [String: String]]

  init(
    _ recordedCase: String, _ reason: Reason, why: String, instead: String,
    paths: Set<PathKind> = Set(PathKind.allCases), _ steps: [Int: [String: String]]
  ) {
    self.recordedCase = recordedCase
    self.reason = reason
    self.why = why
    self.instead = instead
    self.paths = paths
    self.steps = steps
  }

  /// What the list says of a step done one way.
  ///
  /// - Throws: if a text of the list is no JSON.
  static func fields(_ recorded: RecordedCase, _ step: Int, _ kind: PathKind) throws -> [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    for entry in all where entry.recordedCase == recorded.name && entry.paths.contains(kind) {
      for (name, text) in entry.steps[step] ?? [:] {
        fields[name] = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
      }
    }
    return fields
  }

  /// The line of `docs/flyway.md` that says the same.
  var documentation: String {
    let places = steps.sorted { $0.key < $1.key }.map { step, fields in
      "\(step): \(fields.keys.sorted().joined(separator: ", "))"
    }
    let path = paths.count == 1 ? paths.map { " (\($0.rawValue))" }.joined() : ""
    return "| `\(recordedCase)`\(path) | \(places.joined(separator: "; ")) | \(instead) | \(reason.rawValue): \(why) |"
  }
}
