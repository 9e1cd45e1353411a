internal import FlywaySettings
internal import MigrationCore
internal import MigrationEngine
internal import MigrationSources
internal import Support

/// Why a command ended without what was asked for, from wherever the reason came: one shape for texts and JSON.
struct Failure: Sendable {
  /// Flyway's code, as its JSON would have it.
  var flywayCode: String
  /// What happened.
  var message: String
  /// What to do next; empty where the message says it.
  var nextStep = ""
  var sqlState: String?
  /// The script, absolute where that is known.
  var path: String?
  var line: Int?
  var column: Int?
  var hint: String?
  /// Whether the database is as it was before the failed migration; nil where none failed.
  var isRolledBack: Bool?
  /// Everything that was found, where that is more than the message.
  var problems: [MigrationProblem] = []

  init(_ error: CommandError) {
    flywayCode = "ERROR"
    message = error.message
    nextStep = error.nextStep
  }

  init(_ error: SettingsError) {
    flywayCode = error.flywayErrorCode
    message = (error.place.isEmpty ? "" : "\(error.place): ") + error.message
    nextStep = error.nextStep
  }

  init(_ error: SourceError) {
    flywayCode = "ERROR"
    message = error.message
  }

  init(_ error: EngineError) {
    flywayCode = error.flywayResultCode
    message = error.message
    sqlState = error.sqlState
    path = error.path
    line = error.line
    column = error.failure?.column
    hint = error.failure?.hint
    isRolledBack = error.failure?.isRolledBack
    problems = error.problems
  }

  init(flywayCode: String, message: String, nextStep: String) {
    self.flywayCode = flywayCode
    self.message = message
    self.nextStep = nextStep
  }
}

extension Failure {
  /// Everything in lines, for people.
  var text: String {
    var lines = [message]
    if let path {
      let place = (line.map { ":\($0)" } ?? "") + (column.map { ":\($0)" } ?? "")
      lines.append("  at \(path)\(place)\(sqlState.map { ", SQLSTATE \($0)" } ?? "")")
    } else if let sqlState, !message.contains(sqlState) {
      lines.append("  SQLSTATE \(sqlState)")
    }
    if let hint, !message.contains(hint) { lines.append("  hint: \(hint)") }
    if let isRolledBack {
      lines.append(
        isRolledBack
          ? "  The migration was rolled back; the database is as it was before it."
          : "  The migration was not rolled back: what it did until then is in the database.")
    }
    if problems.count > 1 || problems.contains(where: { !message.contains($0.message) || !$0.nextStep.isEmpty }) {
      lines += ProblemText.lines(problems, without: message)
    }
    if !nextStep.isEmpty { lines.append(nextStep) }
    return lines.joined(separator: "\n")
  }

  /// Whether Flyway would say that a migration failed, and give its result beside the error.
  var isOfMigration: Bool { flywayCode.hasPrefix("FAILED_") }

  /// Flyway's object `error`.
  var json: JSONValue {
    var members: JSONValue = ["errorCode": .string(flywayCode)]
    if sqlState != nil || path != nil || isOfMigration {
      members = members.adding(["sqlState": .text(sqlState), "sqlErrorCode": 0])
    }
    members = members.adding(["message": .string(message)])
    if path != nil || isOfMigration {
      let place = path == nil ? problems.first : nil
      members = members.adding([
        "lineNumber": .number(line ?? place?.position?.line), "path": .text(path ?? place?.file),
      ])
    }
    return members.adding(["cause": nil])
  }

  /// What is ours: what to do next, and all problems; what there is nothing to say of is left out.
  var details: JSONValue {
    var details: JSONValue = [:]
    if !nextStep.isEmpty { details = details.adding(["nextStep": .string(nextStep)]) }
    if let column { details = details.adding(["column": .integer(column)]) }
    if let hint { details = details.adding(["hint": .string(hint)]) }
    if let isRolledBack { details = details.adding(["isRolledBack": .bool(isRolledBack)]) }
    if !problems.isEmpty { details = details.adding(["problems": .array(problems.map(ProblemText.json))]) }
    return details
  }
}
