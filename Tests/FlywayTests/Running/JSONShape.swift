/// The members of Flyway's JSON results (`-outputType=json`), by verb.
enum JSONShape {
  private static let results: [String: Set<String>] = [
    "info": [
      "allSchemasEmpty", "database", "exception", "flywayVersion", "licenseFailed", "operation", "schemaName",
      "schemaVersion", "timestamp", "migrations",
    ],
    "migrate": [
      "database", "databaseType", "exception", "flywayVersion", "initialSchemaVersion", "licenseFailed",
      "migrationsExecuted", "operation", "schemaName", "success", "targetSchemaVersion", "timestamp",
      "totalMigrationTime", "warnings", "migrations",
    ],
    "validate": [
      "allErrorMessages", "database", "errorDetails", "flywayVersion", "operation", "validateCount",
      "validationSuccessful", "warnings", "invalidMigrations",
    ],
    "repair": [
      "database", "flywayVersion", "operation", "migrationsAligned", "migrationsDeleted", "migrationsRemoved",
      "repairActions", "warnings",
    ],
    "baseline": ["baselineVersion", "successfullyBaselined", "database", "flywayVersion", "operation", "warnings"],
    "clean": ["schemasCleaned", "schemasDropped", "database", "flywayVersion", "operation", "warnings"],
  ]

  private static let failure: Set<String> = [
    "errorCode", "sqlState", "sqlErrorCode", "message", "lineNumber", "path", "cause",
  ]

  private static let elements: [String: Set<String>] = [
    "info": [
      "category", "description", "executionTime", "filepath", "installedBy", "installedOnUTC", "rawVersion",
      "shouldExecuteExpression", "state", "type", "undoFilepath", "undoable", "version",
    ],
    "migrate": ["category", "description", "executionTime", "filepath", "type", "version"],
    "validate": ["description", "errorDetails", "filepath", "version"],
  ]

  /// What is missing or too much in the result of a verb; ours stands under `whimbrel`.
  static func deviations(_ result: JSONValue, verb: String) -> [String] {
    guard let members = result.members else { return ["no object"] }
    let keys = Set(members.keys).subtracting(["whimbrel"])
    if let error = result["error"] {
      let isFailedMigration = verb == "migrate" && error["errorCode"]?.text?.hasPrefix("FAILED_") == true
      // Another failure has three members in Flyway; what is known beyond that may stand beside them.
      let wanted = isFailedMigration ? failure : ["errorCode", "message", "cause"]
      let whole = (isFailedMigration ? results[verb] ?? [] : []).union(["error"])
      let parts = Set(error.members.map { Array($0.keys) } ?? [])
      let lost =
        wanted.subtracting(parts).map { "error lacks \($0)" } + whole.subtracting(keys).map { "\(verb) lacks \($0)" }
      let added = parts.subtracting(failure).union(keys.subtracting((results[verb] ?? []).union(["error"])))
      return (lost + added.map { "\(verb) has \($0)" }).sorted()
    }
    guard let wanted = results[verb] else { return [] }
    var found =
      wanted.subtracting(keys).map { "\(verb) lacks \($0)" } + keys.subtracting(wanted).map { "\(verb) has \($0)" }
    let list = verb == "validate" ? "invalidMigrations" : "migrations"
    for element in elements[verb] == nil ? [] : result[list]?.elements ?? [] {
      let keys = Set(element.members.map { Array($0.keys) } ?? []).subtracting(["whimbrel"])
      found += elements[verb]?.subtracting(keys).map { "\(list) lack \($0)" } ?? []
      found += keys.subtracting(elements[verb] ?? []).map { "\(list) have \($0)" }
    }
    return Set(found).sorted()
  }
}
