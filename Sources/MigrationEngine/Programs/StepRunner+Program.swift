internal import MigrationCore

extension StepRunner {
  /// Runs the program that a step is; the session waits meanwhile, in no transaction, with the lock held.
  func runProgram(of step: PlannedStep) async throws(StepStop) {
    guard let program = step.program else { return }
    let result = await request.run(program, script: step.script.script)
    guard result.isSuccess else { throw .program(result) }
  }
}

extension RunRequest {
  /// Runs a program, and tells what it writes.
  func run(_ program: Program, script: String) async -> ProgramResult {
    guard let runProgram else { return ProgramResult(ending: .notStarted("programs are not run here"), output: "") }
    report(.program(script: script, command: program.command))
    let tell = report
    return await runProgram(program) { line in tell(.programOutput(script: script, line: line)) }
  }

  /// What keeps a program from being run where nothing can run it.
  func refusal(of program: Program?, script: String, version: String?) -> MigrationProblem? {
    guard program != nil, runProgram == nil else { return nil }
    return MigrationProblem(
      .scriptNotSupported, message: "\(script) is a program; only SQL is run here.",
      nextStep: "Write it as SQL, or run the migrations with the command line.", files: [script], version: version)
  }
}
