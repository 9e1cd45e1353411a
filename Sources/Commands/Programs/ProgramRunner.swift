internal import Glibc
internal import MigrationCore
internal import MigrationEngine
internal import Subprocess
internal import Support

/// Runs programs in the place of migrations and callbacks, as Flyway does (`ScriptMigrationExecutor.java`).
///
/// An argument vector is started, never a command line; in a process group of its own, so that it ends with all that it
/// has started. What it reads is empty, what it writes comes to lines.
struct ProgramRunner: Sendable {
  /// What the command line was given, PostgreSQL's own variables included.
  let environment: [String: String]
  /// `FLYWAY_URL`, `FLYWAY_USER` and `FLYWAY_PASSWORD`, as the settings have them; what is not set is left out.
  let connection: [String: Redacted<String>]

  /// How many lines are told; the rest is counted.
  static let mostLines = 1000
  /// How long a program may take to end when it is asked to, before it is killed.
  static let grace = Duration.seconds(5)

  /// Runs a program to its end.
  ///
  /// In a cancelled task its process group gets SIGTERM, and SIGKILL after `grace`.
  func run(_ program: Program, _ tell: @Sendable (String) -> Void) async -> ProgramResult {
    guard let first = program.command.first else { return ProgramResult(ending: .notStarted("no file"), output: "") }
    if program.startsItself { Self.makeExecutable(program.path) }
    // A file is started over `exec`, which also takes one without a first line `#!`, for /bin/sh, as Java does.
    let command =
      program.startsItself ? ("sh", ["-c", "exec \"$0\"", first]) : (first, Array(program.command.dropFirst()))
    var output = ProgramOutput(secret: connection["FLYWAY_PASSWORD"], mostLines: Self.mostLines)
    do {
      let result = try await Subprocess.run(
        .name(command.0), arguments: Arguments(command.1), environment: .custom(variables(of: program)),
        platformOptions: options, input: .none, output: .sequence, error: .combinedWithOutput
      ) { execution in
        let group = execution.processIdentifier.value
        ProgramGroups.began(group)
        defer { ProgramGroups.ended(group) }
        for try await chunk in execution.standardOutput {
          for line in chunk.withUnsafeBytes({ output.append($0) }) { tell(line) }
        }
      }
      for line in output.finish() { tell(line) }
      if Task.isCancelled { return ProgramResult(ending: .cancelled, output: output.end) }
      return ProgramResult(ending: Self.ending(result.terminationStatus), output: output.end)
    } catch {
      for line in output.finish() { tell(line) }
      let reason = (error as? SubprocessError)?.code == .executableNotFound ? "\(command.0) is not in PATH" : "\(error)"
      return ProgramResult(ending: Task.isCancelled ? .cancelled : .notStarted(reason), output: output.end)
    }
  }

  private var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: Self.grace)
    ]
    return options
  }

  private func variables(of program: Program) -> [Environment.Key: String] {
    var variables: [Environment.Key: String] = [:]
    let all = environment.merging(connection.mapValues { $0.reveal() }) { $1 }.merging(program.environment) { $1 }
    for (name, value) in all { variables[Environment.Key(stringLiteral: name)] = value }
    return variables
  }

  private static func ending(_ status: TerminationStatus) -> ProgramResult.Ending {
    switch status {
    case .exited(let code): .exited(code)
    case .signaled(let number): .signalled(number)
    }
  }

  /// Flyway lets its owner run what nobody may run.
  private static func makeExecutable(_ path: String) {
    guard access(path, X_OK) != 0 else { return }
    var status = stat()
    if stat(path, &status) == 0 { chmod(path, status.st_mode | S_IXUSR) }
  }
}

/// The process groups of running programs, for the end at once.
enum ProgramGroups {
  private static let running = Guarded<Set<pid_t>>([])

  static func began(_ group: pid_t) {
    running.withLock { _ = $0.insert(group) }
  }

  static func ended(_ group: pid_t) {
    running.withLock { _ = $0.remove(group) }
    // What the program has left behind must not go on in a run that was cancelled.
    if Task.isCancelled { kill(-group, SIGKILL) }
  }

  /// Ends all of them.
  static func killAll() {
    for group in running.withLock({ $0 }) { kill(-group, SIGKILL) }
  }
}
