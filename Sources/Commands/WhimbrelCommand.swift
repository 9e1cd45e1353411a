internal import ArgumentParser
internal import Glibc

/// The command `whimbrel`.
struct WhimbrelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whimbrel",
    abstract: "Applies SQL migrations to Citus clusters, as CitusMigration resources declare them.",
    version: Version.current,
    subcommands: [ControllerCommand.self, WaitCommand.self, DevCommand.self])
}

/// The version of this build.
package enum Version {
  /// Semantic version, as `--version` prints it.
  package static let current = "0.1.0"

  /// What `version` prints.
  static func text(_ format: OutputOptions.Format) -> String {
    guard format.isData else { return "\(current)\n" }
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
  /// `controller`, `wait` and `dev` end with 0 for success, 64 for arguments that are not understood (sysexits' EX_USAGE, as
  /// swift-argument-parser has it), 2 when there is no connection to Kubernetes, 1 for everything else; `wait` with 3 and 4
  /// besides (`WaitLoop.Exit`). Flyway's verbs end as in `ExitStatus`, `lint` as in `LintCommand.Status`.
  package static func main() async {
    ProcessEnvironment.openStandardStreams()
    // Swift reads them in /proc/self/cmdline. The name of the program is always there.
    guard let program = CommandLine.arguments.first else {
      StandardError.write(
        "error: the arguments cannot be read: /proc is not mounted. Mount it: mount -t proc proc /proc\n")
      exit(EXIT_FAILURE)
    }
    let arguments = Array(CommandLine.arguments.dropFirst())
    if PluginCompletion.isAsked(program) {
      await PluginCompletion.run(arguments)
    } else if PluginCommand.isPlugin(program) {
      await PluginCommand.main(separatingEmptyValues(arguments))
    } else if let behind = lintArguments(arguments) {
      exit(await LintCommand.run(behind))
    } else if let command = kubernetesCommand(arguments) {
      await WhimbrelCommand.main(arguments.first == command ? separatingEmptyValues(arguments) : ["help", command])
    } else {
      exit(await FlywayProcess.run(arguments))
    }
  }

  /// `--option=` as `--option` and an empty text: swift-argument-parser takes it for an option without its value.
  static func separatingEmptyValues(_ arguments: [String]) -> [String] {
    arguments.flatMap { argument in
      let name = argument.dropLast()
      return argument.hasPrefix("--") && argument.hasSuffix("=") && !name.contains("=")
        ? [String(name), ""] : [argument]
    }
  }

  /// What follows `lint`, or asks for help on it; nil where it is not about `lint`.
  static func lintArguments(_ arguments: [String]) -> [String]? {
    if arguments.first == "lint" { return Array(arguments.dropFirst()) }
    let asksForHelp = ["help", "--help", "-h"].contains(arguments.first ?? "")
    return asksForHelp && arguments.dropFirst().first == "lint" ? ["--help"] : nil
  }

  /// The subcommand by which swift-argument-parser reads the arguments: it comes first, or right after a question for help.
  static func kubernetesCommand(_ arguments: [String]) -> String? {
    let asksForHelp = ["help", "--help", "-h"].contains(arguments.first ?? "")
    let word = arguments.dropFirst(asksForHelp ? 1 : 0).first
    return ["controller", "wait", "dev"].first { $0 == word }
  }
}
