internal import Glibc
internal import Subprocess
internal import Support

/// A programme that runs while a test does, with what it has printed so far.
package final class RunningProcess: Sendable {
  /// How a process ended.
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  private static let limit = 8 << 20

  private let text = Guarded("")
  private let isOver = Guarded(false)
  private let deliver: @Sendable (Int32) throws -> Void

  /// The process's number: of the programme itself, and of nobody else until `run` has returned.
  package let identifier: Int32

  private init(identifier: Int32, deliver: @escaping @Sendable (Int32) throws -> Void) {
    self.identifier = identifier
    self.deliver = deliver
  }

  /// Standard output and standard error so far, at most 8 MiB.
  package var output: String { text.withLock { $0 } }

  /// Whether it has closed its output, as it does when it ends.
  package var hasEnded: Bool { isOver.withLock { $0 } }

  /// SIGTERM.
  package func terminate() throws { try deliver(SIGTERM) }
  /// SIGKILL.
  package func kill() throws { try deliver(SIGKILL) }
  /// SIGSTOP.
  package func pause() throws { try deliver(SIGSTOP) }
  /// SIGCONT.
  package func resume() throws { try deliver(SIGCONT) }

  /// Waits until it has printed a text.
  package func waitForOutput(_ part: String, timeout: Duration = .seconds(60)) async throws {
    _ = try await eventually(
      "output '\(part)'", timeout: timeout, every: .milliseconds(20), lastState: { String(output.suffix(4000)) }
    ) { output.contains(part) ? true : nil }
  }

  /// Waits until it has ended by itself or by a signal.
  package func waitForEnd(timeout: Duration = .seconds(60)) async throws {
    _ = try await eventually(
      "the process ends", timeout: timeout, every: .milliseconds(20), lastState: { String(output.suffix(4000)) }
    ) { hasEnded ? true : nil }
  }

  /// Starts a programme, runs `body`, and ends the programme: SIGTERM, and SIGKILL if it takes longer than 40 s.
  ///
  /// When `body` throws, the programme is killed at once.
  /// - Parameters:
  ///   - environment: what to add to this process's environment, for the programme only.
  ///   - log: a file to append the output to, instead of keeping it in `output`: for programmes that run for long.
  package static func run<Value: Sendable>(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], log: String? = nil,
    _ body: (RunningProcess) async throws -> Value
  ) async throws -> (value: Value, ending: Ending) {
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let words = (variables.isEmpty ? [] : ["env"] + variables) + [path] + arguments
    // The pipe stays open as long as the programme runs, also when its output goes elsewhere.
    let script = log == nil ? #"exec "$@" 2>&1"# : #"exec "$@" 3>&1 >>"$0" 2>&1"#
    let result = try await Subprocess.run(
      .name("bash"), arguments: Arguments(["-c", script, log ?? path] + words), input: .none,
      output: .sequence, error: .discarded
    ) { execution in
      let process = RunningProcess(identifier: execution.processIdentifier.value) { number in
        try execution.send(signal: Signal(rawValue: number))
      }
      return try await process.follow(execution.standardOutput, body)
    }
    switch result.terminationStatus {
    case .exited(let code): return (result.closureResult, .exited(Int32(code)))
    case .signaled(let number): return (result.closureResult, .signalled(Int32(number)))
    }
  }

  private func follow<Value: Sendable>(
    _ chunks: SubprocessOutputSequence, _ body: (RunningProcess) async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for try await chunk in chunks { self.append(chunk.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }) }
        self.isOver.withLock { $0 = true }
      }
      do {
        let value = try await body(self)
        if !hasEnded { try? terminate() }
        group.addTask {
          try await Task.sleep(for: .seconds(40))
          try? self.kill()
        }
        try await group.next()
        group.cancelAll()
        return value
      } catch {
        try? kill()
        throw error
      }
    }
  }

  private func append(_ chunk: String) {
    text.withLock { if $0.utf8.count < Self.limit { $0 += chunk } }
  }
}
