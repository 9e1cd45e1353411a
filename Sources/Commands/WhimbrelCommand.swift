package import ArgumentParser

/// The command `whimbrel`.
package struct WhimbrelCommand: AsyncParsableCommand {
  /// Name, summary and subcommands.
  package static let configuration = CommandConfiguration(
    commandName: "whimbrel",
    abstract: "Applies SQL migrations to Citus clusters, as CitusMigration resources declare them.",
    version: Version.current,
    subcommands: [ControllerCommand.self])

  /// Made by the argument parser.
  package init() {}
}

/// The version of this build.
package enum Version {
  /// Semantic version, as `--version` prints it.
  package static let current = "0.1.0"
}
