package import Support

/// Everything that settings are read from.
package struct SettingsInput: Sendable {
  /// `-key=value` of the command line.
  package struct Argument: Sendable, Equatable {
    /// The setting's name as in `SettingsKey`, with its part for maps: `outOfOrder`, `placeholders.who`,
    /// `environments.dev.url`.
    package let key: String
    /// The value; `true` for a flag without one.
    package let value: Redacted<String>
    /// The flag as it was written, without its value: `--out-of-order`.
    package let shown: String

    /// An argument from its parts; `shown` is Flyway's spelling unless given.
    package init(key: String, value: String, shown: String? = nil) {
      self.key = key
      self.value = Redacted(value)
      self.shown = shown ?? "-\(key)"
    }
  }

  /// What reading a file gave.
  package enum FileContent: Sendable, Equatable {
    /// It is not there.
    case absent
    /// Its bytes; at most `SettingsInput.largestFile`.
    case bytes([UInt8])
    /// It is there but cannot be read, with the reason.
    case unreadable(String)
  }

  /// What a configuration file may have at most, in bytes.
  package static let largestFile = 1 << 20

  /// In the order of the command line; of two with the same key the last counts.
  package var arguments: [Argument]
  /// The process's environment.
  package var environment: [String: String]
  /// Where the process runs; absolute.
  package var currentDirectory: String
  /// Where `flyway.toml` and `flyway.conf` of the user lie; nil where there is none.
  package var homeDirectory: String?
  /// Reads a file, or the standard input for `-`; blocks.
  package var readFile: @Sendable (_ path: String) -> FileContent

  /// An input from its parts.
  package init(
    arguments: [Argument] = [], environment: [String: String] = [:], currentDirectory: String = "/",
    homeDirectory: String? = nil, readFile: @escaping @Sendable (_ path: String) -> FileContent = { _ in .absent }
  ) {
    self.arguments = arguments
    self.environment = environment
    self.currentDirectory = currentDirectory
    self.homeDirectory = homeDirectory
    self.readFile = readFile
  }
}
