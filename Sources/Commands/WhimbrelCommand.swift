internal import ArgumentParser

/// The command `whimbrel`.
struct WhimbrelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whimbrel",
    abstract: "Applies SQL migrations to Citus clusters, as CitusMigration resources declare them.",
    version: Version.current,
    subcommands: [ControllerCommand.self])
}

/// The version of this build.
package enum Version {
  /// Semantic version, as `--version` prints it.
  package static let current = "0.1.0"
}

/// The process, from its arguments to its exit code.
package enum Process {
  /// Runs the command that the arguments name and ends the process: 0 for success, 64 for arguments that are not
  /// understood (sysexits' EX_USAGE, as swift-argument-parser has it), 2 when there is no connection to Kubernetes,
  /// 1 for everything else.
  package static func main() async {
    await WhimbrelCommand.main()
  }
}
