import FoundationEssentials

/// Commands done by the binary: `-key=value` for each setting, and JSON back.
struct CommandLinePath: FlywayPath {
  static var kind: PathKind { .commandLine }
  static var unseen: Set<String> { [] }

  func perform(_ step: RecordedStep, _ place: CasePlace) async throws -> [String: JSONValue] {
    if let arguments = step.args { return try await perform(arguments, step.env ?? [:], place) }
    let command = step.cmd ?? ""
    let settings = place.settings(of: step)
    var fields = try await run(command, settings, place)
    guard place.recorded.asksInfo, command != "info" else { return fields }
    let info = try await run("info", settings, place)
    for name in ["info", "schemaVersion"] { fields[name] = info[name] }
    return fields
  }

  // MARK: One verb, JSON back

  private func run(
    _ verb: String, _ settings: [String: String], _ place: CasePlace
  ) async throws -> [String: JSONValue] {
    var settings = settings
    let environment = ["FLYWAY_PASSWORD": settings.removeValue(forKey: "password") ?? ""]
    let arguments = settings.sorted { $0.key < $1.key }.map { "-\($0.key)=\($0.value)" } + ["-outputType=json", verb]
    let outcome = try await Programme.run(arguments, environment: environment, in: place.folder.path)
    guard let result = try? JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8)) else {
      return [
        "exit": .number(outcome.status),
        "shape": .strings(["no JSON: " + String((outcome.output + outcome.errors).suffix(2000))]),
      ]
    }
    return Self.fields(verb, result, status: outcome.status)
  }

  private static func fields(_ verb: String, _ result: JSONValue, status: Int) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "exit": .number(status), "shape": .strings(JSONShape.deviations(result, verb: verb)),
      "error": result["error"]?["errorCode"] ?? .null,
    ]
    switch verb {
    case "info":
      // Flyway's JSON has null where its text, which was recorded, has these words.
      let version = result["schemaVersion"] == .null ? .string("<< Empty Schema >>") : result["schemaVersion"]
      fields["schemaVersion"] = result["error"] == nil ? version : .null
      fields["info"] =
        result["migrations"].map {
          rows($0, ["category", "version", "description", "type", "state", "filepath"])
        } ?? .null
    case "validate": fields.merge(validation(result, status)) { $1 }
    default:
      for (name, value) in result.members ?? [:] where result["error"] == nil {
        fields["\(verb).\(name)"] = name.hasPrefix("migrations") ? listed(value, verb) : value
      }
    }
    return fields
  }

  // With JSON output Flyway's `validate` ends with 0 whatever it finds, and says it in the result (`cli_json_output`);
  // the recorded exit is the one of its text output.
  private static func validation(_ result: JSONValue, _ status: Int) -> [String: JSONValue] {
    guard let successful = result["validationSuccessful"] else { return [:] }
    var fields: [String: JSONValue] = ["validate.validationSuccessful": successful]
    if successful == .bool(false), status == 0 { fields["exit"] = .number(1) }
    fields["error"] = result["errorDetails"]?["errorCode"] ?? .null
    fields["validate.invalid"] = .array(
      (result["invalidMigrations"]?.elements ?? []).map { migration in
        .array([
          migration["version"] ?? .null, migration["description"] ?? .null,
          migration["errorDetails"]?["errorCode"] ?? .null,
        ])
      })
    return fields
  }

  /// The members that were recorded of each migration in a result.
  private static func listed(_ value: JSONValue, _ verb: String) -> JSONValue {
    guard let elements = value.elements else { return value }
    let names: Set<String> =
      verb == "migrate"
      ? ["category", "description", "filepath", "type", "version"] : ["description", "filepath", "version"]
    return .array(
      elements.map { element in .object((element.members ?? [:]).filter { names.contains($0.key) }) })
  }

  private static func rows(_ value: JSONValue, _ names: [String]) -> JSONValue {
    .array((value.elements ?? []).map { element in .array(names.map { element[$0] ?? .null }) })
  }

  // MARK: Command lines of their own

  private func perform(
    _ arguments: [String], _ environment: [String: String], _ place: CasePlace
  ) async throws -> [String: JSONValue] {
    let password = ["FLYWAY_PASSWORD": place.database.password]
    let outcome = try await Programme.run(
      arguments.map(place.resolve), environment: password.merging(environment.mapValues(place.resolve)) { $1 },
      in: place.folder.path)
    return ["exit": .number(outcome.status), "shape": .strings(Self.deviations(arguments, outcome))]
  }

  /// What is wrong with the form of an output whose text is ours.
  private static func deviations(_ arguments: [String], _ outcome: Programme.Outcome) -> [String] {
    let verbs = arguments.filter { !$0.hasPrefix("-") }
    if arguments.contains("-outputType=json") {
      guard let result = try? JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8)) else {
        return ["no JSON: " + String((outcome.output + outcome.errors).suffix(2000))]
      }
      guard verbs.count > 1, result["error"] == nil else {
        return JSONShape.deviations(result, verb: verbs.first ?? "")
      }
      let results = result["individualResults"]?.elements ?? []
      guard results.count == verbs.count else { return ["individualResults: \(results.count)"] }
      return zip(results, verbs).flatMap { JSONShape.deviations($0, verb: $1) }
    }
    if outcome.status != 0, outcome.errors.isEmpty, outcome.output.isEmpty { return ["a failure without a word"] }
    let isTable =
      verbs == ["info"] && outcome.status == 0 && !arguments.contains { ["-q", "-migrationIds"].contains($0) }
    let columns = ["Category", "Version", "Description", "Type", "Installed On", "State", "Undoable"]
    if isTable, !outcome.output.split(separator: "\n").contains(where: { Self.contains(String($0), columns) }) {
      return ["no table: \(outcome.output.prefix(2000))"]
    }
    return []
  }

  /// Whether a line has words in this order.
  private static func contains(_ line: String, _ words: [String]) -> Bool {
    var rest = Substring(line)
    for word in words {
      guard let range = rest.firstRange(of: word) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
