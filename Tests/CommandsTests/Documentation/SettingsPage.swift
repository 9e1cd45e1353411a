@testable import Commands
import FlywaySettings

/// The tables of settings in docs/cli.md, made from the one table of settings.
enum SettingsPage {
  /// Settings that are followed.
  static var used: String {
    let rows = SettingsKey.all.filter { $0.status == .used }.map { key in
      [
        "`\(key.name)`", key.places.contains(.argument) ? "`\(FlagTable.flag(of: key.name))`" : "",
        key.variable.map { "`\($0)`" } ?? "", fallback(key), cell(key.help),
      ]
    }
    return table(["setting", "flag", "variable", "default", "meaning"], rows)
  }

  /// Settings of Flyway that have nothing to act on, or are sold.
  static var others: String {
    let rows = SettingsKey.all.compactMap { key -> [String]? in
      switch key.status {
      case .used: nil
      case .paid(let why): ["`\(key.name)`", "sold by Flyway", cell(why)]
      case .irrelevant(let why): ["`\(key.name)`", "no meaning here", cell(why)]
      }
    }
    return table(["setting", "", "why"], rows)
  }

  private static func fallback(_ key: SettingsKey) -> String {
    if key.name.lowercased().contains("suffix"), key.fallback == "}" { return "`}`" }
    return key.fallback.isEmpty ? "" : "`\(cell(key.fallback))`"
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  private static func table(_ columns: [String], _ rows: [[String]]) -> String {
    let all = [columns, columns.map { _ in "---" }] + rows
    return all.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
