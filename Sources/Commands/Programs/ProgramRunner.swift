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
  /// What is shown as `********` where a program writes it.
  let secrets: [Redacted<String>]

  /// How many lines are told; the rest is counted.
  static let mostLines = 1000
  /// How long a program may take to end when it is asked to, before it is killed.
  static let grace = Duration.seconds(5)

  /// Runs a program to its end.
  ///
  /// When the task is cancelled its process group gets SIGTERM, and SIGKILL after `grace`.
  func run(_ program: Program, _ tell: @escaping @Sendable (String) -> Void) async -> ProgramResult {
    let cancellation = Support.Signal()
    // In a cancelled task nothing more is read, and a program that writes while it cleans up would die of that.
    let work = Task { await follow(program, cancellation, tell) }
    return await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      cancellation.send()
    }
  }

  private func follow(
    _ program: Program, _ cancellation: Support.Signal, _ tell: @escaping @Sendable (String) -> Void
  ) async -> ProgramResult {
    let running = RunningProgram()
    return await withTaskGroup(of: ProgramResult?.self) { tasks in
      tasks.addTask { await start(program, running, tell) }
      tasks.addTask {
        await cancellation.wait()
        guard !Task.isCancelled else { return nil }
        running.ask()
        do { try await Task.sleep(for: Self.grace) } catch { return nil }
        running.kill()
        return nil
      }
      var result = ProgramResult(ending: .cancelled, output: "")
      for await ended in tasks {
        guard let ended else { continue }
        result = ended
        tasks.cancelAll()
      }
      return result
    }
  }

  private func start(
    _ program: Program, _ running: RunningProgram, _ tell: @Sendable (String) -> Void
  ) async -> ProgramResult {
    guard let first = program.command.first else { return ProgramResult(ending: .notStarted("no file"), output: "") }
    if program.startsItself { Self.makeExecutable(program.path) }
    // A file is started over `exec`, which also takes one without a first line `#!`, for /bin/sh, as Java does.
    let command =
      program.startsItself ? ("sh", ["-c", "exec \"$0\"", first]) : (first, Array(program.command.dropFirst()))
    var output = ProgramOutput(secrets: secrets, mostLines: Self.mostLines)
    var options = PlatformOptions()
    options.processGroupID = 0
    let ending: ProgramResult.Ending
    do {
      let result = try await Subprocess.run(
        .name(command.0), arguments: Arguments(command.1), environment: .custom(variables(of: program)),
        platformOptions: options, input: .none, output: .sequence, error: .combinedWithOutput
      ) { execution in
        running.began(execution.processIdentifier.value)
        for try await chunk in execution.standardOutput {
          for line in chunk.withUnsafeBytes({ output.append($0) }) { tell(line) }
        }
      }
      ending = Self.ending(result.terminationStatus)
    } catch {
      let isMissing = (error as? SubprocessError)?.code == .executableNotFound
      ending = .notStarted(isMissing ? "\(command.0) is not in PATH" : "\(error)")
    }
    for line in output.finish() { tell(line) }
    return ProgramResult(ending: running.ended() ? .cancelled : ending, output: output.end)
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
