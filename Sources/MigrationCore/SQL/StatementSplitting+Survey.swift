extension StatementSplitting {
  /// How many problems of one text are told.
  private static let mostProblems = 100

  /// Reads on behind problems.
  mutating func survey() -> StatementSurvey {
    var problems: [MigrationError] = []
    while problems.count < Self.mostProblems {
      do throws(MigrationError) {
        _ = try statements()
        break
      } catch {
        problems.append(error)
        guard resume(after: error) else { break }
      }
    }
    if let openComment {
      problems.append(
        MigrationError(
          .unterminatedComment, "The comment that starts at \(openComment) never ends: nothing behind it is run.",
          nextStep: "Close it with */.", at: openComment))
    }
    return StatementSurvey(statements: result, problems: problems, backfills: backfills)
  }

  /// Prepares to read on behind a problem whose end is known; false for others, behind which nothing is certain.
  private mutating func resume(after error: MigrationError) -> Bool {
    switch error.code {
    // The lexer stands behind the line, or behind the statement.
    case .metaCommand, .nulByte, .copyTrailingText:
      reset()
      return true
    default: return false
    }
  }
}
