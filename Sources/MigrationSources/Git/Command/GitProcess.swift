internal import Kubernetes
internal import Subprocess

/// Starts programs, and ends them with all that they have started when their time is over or the task is cancelled.
///
/// An argument vector is started, never a command line, in a process group of its own and in a folder of its own.
struct GitProcess: Sendable {
  /// How long a program may take to end when it is asked to.
  static let grace: Duration = .seconds(2)
  static let messageBytes = 64 << 10

  let folder: String
  let time: TimeSource

  private enum Ending: Sendable {
    case result(GitResult)
    case failed(SourceError)
    case late
  }

  /// Runs a call to its end, whatever its exit code.
  /// - Throws: `unavailable` where it cannot be started, takes too long or is cancelled; `tooLarge` where it writes more
  ///   than it may.
  func run(_ call: GitCall) async throws(SourceError) -> GitResult {
    let ending = await withTaskGroup(of: Ending.self) { group in
      group.addTask { await self.start(call) }
      group.addTask {
        // Cancelled when the program has ended.
        do { try await self.time.sleep(for: call.time) } catch {}
        return .late
      }
      let first = await group.next() ?? .late
      group.cancelAll()
      return first
    }
    if Task.isCancelled { throw SourceError(.unavailable, "\(Self.name(call)) was interrupted") }
    switch ending {
    case .result(let result): return result
    case .failed(let error): throw error
    case .late:
      throw SourceError(
        .unavailable, "\(Self.name(call)) took longer than \(call.time) and was ended; it is tried again")
    }
  }

  private func start(_ call: GitCall) async -> Ending {
    var variables: [Environment.Key: String] = [:]
    for (name, value) in call.variables { variables[Environment.Key(stringLiteral: name)] = value }
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.grace),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: Self.grace),
    ]
    let vector = call.vector
    do {
      let result = try await Subprocess.run(
        .name(vector[0]), arguments: Arguments(Array(vector.dropFirst())), environment: .custom(variables),
        workingDirectory: Self.path(folder), platformOptions: options, input: .array(call.input),
        output: .bytes(limit: call.outputBytes), error: .string(limit: Self.messageBytes))
      let status: Int32 =
        switch result.terminationStatus {
        case .exited(let code): Int32(code)
        case .signaled(let number): 128 + Int32(number)
        }
      return .result(GitResult(status: status, output: result.standardOutput, message: result.standardError))
    } catch {
      return .failed(Self.failure(of: error, call))
    }
  }

  private static func failure(of error: any Error, _ call: GitCall) -> SourceError {
    switch (error as? SubprocessError)?.code {
    case .outputLimitExceeded?:
      return SourceError(
        .tooLarge, "\(name(call)) wrote more than \(call.outputBytes) bytes, or \(messageBytes) of messages")
    case .executableNotFound?:
      return SourceError(
        .unavailable,
        "there is no program '\(call.vector[0])'; the Git source needs git, util-linux's prlimit, and "
          + "openssh-client or gnupg where they are used")
    default:
      return SourceError(.unavailable, "\(name(call)) cannot be run: \(error)")
    }
  }

  /// `git fetch`, for messages.
  private static func name(_ call: GitCall) -> String {
    ([call.program] + call.arguments.filter { !$0.hasPrefix("-") }.prefix(1)).joined(separator: " ")
  }

  /// Makes Subprocess' path type out of a text, without an import of the module that it comes from.
  private static func path<Path: ExpressibleByStringLiteral>(_ text: String) -> Path
  where Path.StringLiteralType == String {
    Path(stringLiteral: text)
  }
}
