internal import MigrationCore

/// A name that is no setting, or none of the place where it stands.
struct UnknownKey: Sendable {
  let name: String
  let origin: Setting.Origin
  /// Where it would be right, if it is only misplaced.
  let rightPlace: String?

  init(_ name: String, _ origin: Setting.Origin, rightPlace: String? = nil) {
    self.name = name
    self.origin = origin
    self.rightPlace = rightPlace
  }

  /// What it might have been meant to be.
  var advice: String {
    if let rightPlace { return rightPlace }
    if let advice = Self.removed[name] { return advice }
    return SettingsKey.nearest(to: name).map { "Did you mean \($0)?" } ?? "Check its spelling."
  }

  /// What older versions of Flyway had.
  private static let removed = [
    "cleanOnValidationError": "Flyway 11 took it away; delete it.",
    "ignoreMissingMigrations": "Flyway 9 took it away; write ignoreMigrationPatterns=*:missing.",
    "ignoreIgnoredMigrations": "Flyway 9 took it away; write ignoreMigrationPatterns=*:ignored.",
    "ignorePendingMigrations": "Flyway 9 took it away; write ignoreMigrationPatterns=*:pending.",
    "ignoreFutureMigrations": "Flyway 9 took it away; write ignoreMigrationPatterns=*:future, which is the default.",
    "sqlMigrationSuffix": "Flyway 6 took it away; write sqlMigrationSuffixes.",
  ]

  /// One error for all of them, so that they can be put right together.
  static func refuse(_ unknown: [UnknownKey]) throws(SettingsError) {
    guard let first = unknown.first else { return }
    let isMisplaced = first.rightPlace != nil
    var message = isMisplaced ? "`\(first.name.shown)` does not belong here." : "`\(first.name.shown)` is no setting."
    if unknown.count > 1 {
      let others = unknown.dropFirst().prefix(10).map { "`\($0.name.shown)` (\($0.origin)): \($0.advice)" }
      message += " Neither are right: " + others.joined(separator: " ")
    }
    throw SettingsError(
      isMisplaced ? .misplacedKey : .unknownKey, message, at: first.origin.description, nextStep: first.advice)
  }
}

/// Finds the environment variable that somebody may have meant.
enum NearestVariable {
  static func of(_ name: String) -> String? {
    NearestName.of(name, among: SettingsKey.all.compactMap(\.variable).filter { !$0.hasSuffix("_") })
  }
}
