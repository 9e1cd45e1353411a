/// One setting: its name, where it may stand, what it holds and what becomes of it here.
///
/// Flags, environment variables, files, help texts, documentation and the nearest name of a mistyped one all come from
/// the one table `all`. Names are Flyway's (`ConfigUtils.java`, `FlywayModel.java`, `EnvironmentModel.java`); ours begin
/// with `whimbrel.`.
package struct SettingsKey: Sendable, Hashable {
  /// What a setting holds.
  package enum Kind: String, Sendable, Hashable {
    /// `true` or `false`, without regard to case; as a flag also without a value.
    case bool
    /// A whole number.
    case int
    /// Texts, with commas between them or as a TOML array.
    case list
    /// Texts by name: `placeholders.<name>`.
    case map
    /// A text.
    case text
    /// A duration such as `5s` or `1h30m`.
    case duration
  }

  /// What becomes of a setting.
  package enum Status: Sendable, Hashable {
    /// It is followed.
    case used
    /// Flyway sells what it is for; the text says what happens here.
    case paid(String)
    /// It has nothing to act on here; the text says why.
    case irrelevant(String)
  }

  /// Where a setting may stand.
  package struct Places: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    /// Places from their bits.
    package init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// `-key=value`.
    package static let argument = Places(rawValue: 1)
    /// The table `[flyway]` of `flyway.toml`; for a name with `whimbrel.` the table `[whimbrel]`.
    package static let toml = Places(rawValue: 2)
    /// A table `[environments.<name>]` of `flyway.toml`.
    package static let environmentTable = Places(rawValue: 4)
    /// `flyway.key=value` in `flyway.conf`.
    package static let conf = Places(rawValue: 8)
    /// Nowhere but on the command line.
    package static let argumentOnly: Places = [.argument]
    /// Everywhere, in TOML inside `[flyway]`.
    package static let anywhere: Places = [.argument, .toml, .conf]
    /// Everywhere, in TOML inside `[environments.<name>]`.
    package static let connection: Places = [.argument, .environmentTable, .conf]
  }

  /// Flyway's name, such as `outOfOrder`.
  package let name: String
  /// What it holds.
  package let kind: Kind
  /// What counts where nothing is set, as it would be written; empty for nothing.
  package let fallback: String
  /// The environment variable, such as `FLYWAY_OUT_OF_ORDER`, and for a map the beginning of all; nil where there is none.
  package let variable: String?
  /// Where it may stand.
  package let places: Places
  /// What becomes of it.
  package let status: Status
  /// What it does, in one line.
  package let help: String

  init(
    _ name: String, _ kind: Kind = .text, default fallback: String = "", variable: String? = nil,
    in places: Places = .anywhere, status: Status = .used, help: String
  ) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.variable = variable
    self.places = places
    self.status = status
    self.help = help
  }

  /// Whether its value must not be shown: passwords, tokens, and what may contain one.
  package var isSecret: Bool { Self.isSecret(name) }

  /// Whether the value of a setting of this name, known or not, must not be shown.
  package static func isSecret(_ name: String) -> Bool {
    let lower = name.lowercased()
    let marks = [
      "password", "secret", "token", "url", "key", "placeholders.", "jdbcproperties.", "initsql", "credential",
    ]
    return marks.contains { lower.contains($0) }
  }
}
