internal import MigrationCore

/// Problems of files and history, for people and for programs.
enum ProblemText {
  /// A line for each problem and one for what to do; what was shown already is not repeated.
  static func lines(_ problems: [MigrationProblem], without shown: String = "") -> [String] {
    problems.flatMap { problem in
      let message = shown.contains(problem.message) ? [] : ["- \(problem.message)"]
      let isSaid = problem.nextStep.isEmpty || shown.contains(problem.nextStep)
      return message + (isSaid ? [] : ["  \(problem.nextStep)"])
    }
  }

  /// All that is known of a problem.
  static func json(_ problem: MigrationProblem) -> JSONValue {
    [
      "code": .string(problem.code.rawValue), "isBlocking": .bool(problem.isBlocking),
      "message": .string(problem.message), "nextStep": .string(problem.nextStep), "files": .texts(problem.files),
      "version": .text(problem.version), "description": .text(problem.description),
      "line": .number(problem.position?.line), "column": .number(problem.position?.column),
    ]
  }
}
