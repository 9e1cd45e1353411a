internal import Subprocess
internal import Support

/// One run of a plugin, from its start to what it wrote.
///
/// An argument vector is started, never a command line: no shell takes part. The program gets no input, is in a process
/// group of its own, and ends with all that it has started when its time is over or the task is cancelled.
struct ExecPluginRun: Sendable {
  /// How long a plugin may take.
  static let timeLimit: Duration = .seconds(60)
  /// How long it may take to end when it is asked to.
  static let grace: Duration = .seconds(2)
  static let outputLimit = 1 << 20
  static let messageLimit = 64 << 10

  let plugin: ExecPlugin
  let time: TimeSource

  private enum Ending: Sendable {
    case output([UInt8], message: String, TerminationStatus)
    case failed(KubernetesError)
    case late
  }

  /// Runs the plugin.
  ///
  /// - Throws: `KubernetesError` with code `credentials`, transient unless the program cannot be started or writes what
  ///   it never should; `cancelled`.
  func credential() async throws(KubernetesError) -> ExecCredential {
    let information = try plugin.information()
    let ending = await withTaskGroup(of: Ending.self) { group in
      group.addTask { await self.run(information) }
      group.addTask {
        // Cancelled when the program has ended.
        do { try await self.time.sleep(for: Self.timeLimit) } catch {}
        return .late
      }
      let first = await group.next() ?? .late
      group.cancelAll()
      return first
    }
    if Task.isCancelled { throw KubernetesError(code: .cancelled, message: "cancelled while a plugin ran") }
    switch ending {
    case .output(let output, _, .exited(0)):
      do throws(KubernetesError) {
        return try ExecCredential.decode(output, version: plugin.version)
      } catch { throw failure(error.message, isTransient: false) }
    case .output(_, let message, let status): throw failure(Self.text(status, message), isTransient: true)
    case .failed(let error): throw error
    case .late: throw failure("it took longer than \(Self.timeLimit) and was ended", isTransient: true)
    }
  }

  private func run(_ information: String) async -> Ending {
    var variables: [Environment.Key: String?] = [:]
    for (name, value) in plugin.environment { variables[Environment.Key(stringLiteral: name)] = value.reveal() }
    variables["KUBERNETES_EXEC_INFO"] = information
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.grace),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: Self.grace),
    ]
    let executable: Executable = plugin.command.contains("/") ? .path(Self.path(plugin.command)) : .name(plugin.command)
    do {
      let result = try await Subprocess.run(
        executable, arguments: Arguments(plugin.arguments), environment: .inherit.updating(variables),
        platformOptions: options, input: .none, output: .bytes(limit: Self.outputLimit),
        error: .string(limit: Self.messageLimit))
      return .output(result.standardOutput, message: result.standardError, result.terminationStatus)
    } catch {
      return .failed(failure(of: error))
    }
  }

  private func failure(of error: any Error) -> KubernetesError {
    switch (error as? SubprocessError)?.code {
    case .outputLimitExceeded?:
      return failure(
        "it wrote more than \(Self.outputLimit) bytes, or \(Self.messageLimit) of messages", isTransient: false)
    case .executableNotFound?:
      let hint = plugin.installHint.map { "; \($0)" } ?? ""
      return failure("there is no such program; install it, or correct the command\(hint)", isTransient: false)
    default: return failure("it cannot be run: \(error)", isTransient: false)
    }
  }

  /// How a program ended that did not succeed, with the beginning of what it says about it.
  private static func text(_ status: TerminationStatus, _ message: String) -> String {
    let ending =
      switch status {
      case .exited(let code): "it ended with exit code \(code)"
      case .signaled(let number): "signal \(number) ended it"
      }
    let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let visible = String(
      words.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(500).map(Character.init))
    return visible.isEmpty ? ending : "\(ending): \(visible)"
  }

  private func failure(_ what: String, isTransient: Bool) -> KubernetesError {
    KubernetesError(
      code: .credentials, message: "credential plugin '\(plugin.command)': \(what)", isTransient: isTransient)
  }

  /// Makes Subprocess' path type out of a text, without an import of the module that it comes from.
  private static func path<Path: ExpressibleByStringLiteral>(_ text: String) -> Path
  where Path.StringLiteralType == String {
    Path(stringLiteral: text)
  }
}
