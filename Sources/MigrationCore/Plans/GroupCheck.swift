/// Whether steps can run in one group: all of them in a transaction, or all of them without; programs stand outside.
enum GroupCheck {
  /// What keeps them from it; nil as well if they are not to run in a group at all.
  static func problem(of steps: [PlannedStep], _ settings: MigrationSettings) -> MigrationProblem? {
    let steps = steps.filter { $0.program == nil }
    guard settings.group, !settings.mixed, !settings.skipExecutingMigrations, let first = steps.first,
      let other = steps.first(where: { $0.isTransactional != first.isTransactional })
    else { return nil }
    return MigrationProblem(
      .mixedGroup,
      message: "\(other.script.script): \(other.script.name.label) and \(first.script.name.label) cannot run in one "
        + "group: only one of them can run in a transaction.",
      nextStep: "Switch group off, or set mixed to run the whole group without a transaction.",
      files: [other.script.script], version: other.version, description: other.script.description)
  }
}
