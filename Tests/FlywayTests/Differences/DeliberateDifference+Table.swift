extension DeliberateDifference {
  /// All of them, by case; `docs/flyway.md` has the same list.
  static let all: [DeliberateDifference] = []
}
