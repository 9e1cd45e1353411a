internal import ArgumentParser
internal import Glibc

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

  /// What `version` prints.
  static func text(_ format: OutputOptions.Format) -> String {
    guard format != .text else { return "\(current)\n" }
    let value: JSONValue = [
      "version": .string(current), "flywayVersion": .string(ReportContext.flywayVersion), "operation": "version",
    ]
    return value.text + "\n"
  }
}

/// The process, from its arguments to its exit code.
package enum Process {
  /// Runs what the arguments name and ends the process.
  ///
  /// `controller` ends with 0 for success, 64 for arguments that are not understood (sysexits' EX_USAGE, as
  /// swift-argument-parser has it), 2 when there is no connection to Kubernetes, 1 for everything else. Flyway's verbs end
  /// as in `ExitStatus`.
  package static func main() async {
    ProcessEnvironment.openStandardStreams()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if isForController(arguments) {
      await WhimbrelCommand.main(arguments.first == "controller" ? arguments : ["help", "controller"])
    } else {
      exit(await FlywayProcess.run(arguments))
    }
  }

  /// Whether swift-argument-parser reads the arguments: `controller` comes first, or right after a question for help.
  static func isForController(_ arguments: [String]) -> Bool {
    let asksForHelp = ["help", "--help", "-h"].contains(arguments.first ?? "")
    return arguments.dropFirst(asksForHelp ? 1 : 0).first == "controller"
  }
}
