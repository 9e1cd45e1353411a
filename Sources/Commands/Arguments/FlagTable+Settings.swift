internal import FlywaySettings

extension FlagTable {
  /// All settings.
  static let settings = FlagTable(
    find: { flag in
      SettingsKey.canonical(flag: flag).map { ($0.name, $0.key.kind == .bool ? .switchable : .valued) }
    }, nearest: { SettingsKey.nearest(to: $0) })
}
