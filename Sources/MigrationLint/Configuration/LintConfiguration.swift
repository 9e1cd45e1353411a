/// The part `lint` of the file `whimbrel.yaml`.
package struct LintConfiguration: Sendable, Decodable {
  /// What a rule's findings count as, as written.
  package enum Weight: String, Sendable, Decodable {
    case off, info, warning, error
  }

  /// Rules that weigh otherwise in some files.
  package struct Path: Sendable, Decodable {
    /// Of paths, with `*`, `**` and `?`.
    package let match: String
    package let rules: [String: Weight]
  }

  /// What is different in one environment.
  package struct Environment: Sendable, Decodable {
    package let failOn: Weight?
    package let rules: [String: Weight]?
  }

  /// What a table of events has to look like.
  package struct EventTables: Sendable, Decodable {
    package let pattern: String?
    package let columns: [String]?
    package let key: String?
  }

  /// From which level on findings make the command fail; `off` for never.
  package let failOn: Weight?
  package let tenantColumn: String?
  package let runner: String?
  package let defaultSchema: String?
  package let eventTables: EventTables?
  package let vagueDescriptions: [String]?
  package let rules: [String: Weight]?
  package let paths: [Path]?
  package let environments: [String: Environment]?
  package let baseline: String?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case failOn, tenantColumn, runner, defaultSchema, eventTables, vagueDescriptions, rules, paths, environments,
      baseline
  }

  /// The keys that may stand there.
  package static let keys = CodingKeys.allCases.map(\.rawValue)
}

extension LintConfiguration {
  /// Puts what is configured into settings.
  ///
  /// - Returns: what cannot be followed, each in one sentence.
  package func apply(to settings: inout LintSettings, environment name: String?) -> [String] {
    var problems: [String] = []
    if let tenantColumn { settings.tenantColumn = tenantColumn }
    if let defaultSchema { settings.defaultSchema = defaultSchema }
    if let runner {
      if let known = LintSettings.Runner(rawValue: runner) {
        settings.runner = known
      } else {
        problems.append("lint.runner is `\(runner.prefix(40))`; it can be whimbrel or flyway.")
      }
    }
    if let pattern = eventTables?.pattern { settings.eventTables.pattern = pattern }
    if let columns = eventTables?.columns { settings.eventTables.columns = columns }
    if let key = eventTables?.key { settings.eventTables.key = key }
    if let vagueDescriptions { settings.vagueDescriptions = Set(vagueDescriptions.map { $0.lowercased() }) }
    settings.weights.merge(Self.weights(rules, "lint.rules", &problems)) { $1 }
    settings.pathWeights += (paths ?? []).map { path in
      (path.match, Self.weights(path.rules, "lint.paths of \(path.match.prefix(60))", &problems))
    }
    guard let name else { return problems }
    guard let environment = environments?[name] else {
      return problems + ["There is no environment `\(name.prefix(60))` in lint.environments."]
    }
    settings.weights.merge(Self.weights(environment.rules, "lint.environments.\(name)", &problems)) { $1 }
    return problems
  }

  /// From which level on findings make the command fail; nil where nothing says so.
  package func failOn(environment name: String?) -> Weight? {
    name.flatMap { environments?[$0]?.failOn } ?? failOn
  }

  private static func weights(
    _ rules: [String: Weight]?, _ place: String, _ problems: inout [String]
  ) -> [String: LintSettings.Weight] {
    var result: [String: LintSettings.Weight] = [:]
    for (rule, weight) in (rules ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard Rule.named(rule) != nil else {
        problems.append("\(place) names the rule `\(rule.prefix(40))`, which is not there.")
        continue
      }
      result[rule] = Level(rawValue: weight.rawValue).map { .level($0) } ?? .off
    }
    return result
  }
}
