extension DeliberateDifference {
  /// Why Whimbrel does something otherwise; the texts are those of `docs/flyway.md`.
  enum Reason: String, Sendable, CaseIterable {
    case hang = "Flyway hangs"
  }
}
