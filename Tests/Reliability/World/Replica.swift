internal import FoundationEssentials
internal import Glibc
internal import Support
internal import TestSupport

/// One replica of the controller: a process of the real binary, started again whenever it ends, as a kubelet does.
package final class Replica: Sendable {
  /// `a` or `b`.
  package let name: String
  private let programme: Programme
  private let state = Guarded(State())

  /// What to start, and where its output goes.
  struct Programme: Sendable {
    var path: String
    var arguments: [String]
    var environment: [String: String] = [:]
    /// Each start has a file of its own there.
    var folder: String
    /// From the end of a process to the start of the next.
    var restartPause: Duration = .milliseconds(500)
  }

  private struct State {
    var process: RunningProcess?
    var starts = 0
    var isStopping = false
    /// How the present process is meant to end, once somebody has asked for that.
    var expected: RunningProcess.Ending?
    var unexpected: [String] = []
  }

  init(_ name: String, _ programme: Programme) {
    self.name = name
    self.programme = programme
  }

  /// The process that runs now; nil between two.
  package var identifier: Int32? { state.withLock { $0.process?.identifier } }

  /// How the processes ended that nobody had ended.
  package var unexpectedEndings: [String] { state.withLock { $0.unexpected } }

  /// The file that the present process writes its log to.
  package var log: String { logFile(state.withLock { $0.starts }) }

  /// By what name the present process holds Leases; nil until it has asked for one.
  package var identity: String? {
    guard identifier != nil, let file = fopen(log, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard let mark = text.firstRange(of: "lease.identity=") else { continue }
      return String(text[mark.upperBound...].prefix { !$0.isWhitespace && $0 != "\"" })
    }
    return nil
  }

  /// The resident memory of the present process in kilobytes.
  package var residentKilobytes: Int? {
    guard let identifier, let data = try? Data(contentsOf: URL(filePath: "/proc/\(identifier)/status")) else {
      return nil
    }
    let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? nil
  }

  /// SIGKILL; another process starts soon.
  package func kill() throws { try end(.signalled(SIGKILL)) { try $0.kill() } }
  /// SIGTERM; another process starts when it has ended.
  package func terminate() throws { try end(.exited(0)) { try $0.terminate() } }
  /// SIGSTOP.
  package func pause() throws { try state.withLock { $0.process }?.pause() }
  /// SIGCONT.
  package func resume() throws { try state.withLock { $0.process }?.resume() }

  /// Ends the present process with SIGTERM for good; `run` returns after that.
  func stop() {
    state.withLock { state in
      state.isStopping = true
      state.expected = .exited(0)
    }
  }

  /// Starts processes until `stop()`; when cancelled, the present one is killed.
  func run() async throws {
    while !state.withLock({ $0.isStopping }) {
      let file = logFile(state.withLock { $0.starts + 1 })
      let ending = try await RunningProcess.run(
        programme.path, programme.arguments, environment: programme.environment, log: file
      ) { process in
        state.withLock { state in
          state.starts += 1
          state.process = process
          state.expected = state.isStopping ? .exited(0) : nil
        }
        while !process.hasEnded, !state.withLock({ $0.isStopping }) { try await Task.sleep(for: .milliseconds(20)) }
      }.ending
      note(ending)
      if !state.withLock({ $0.isStopping }) { try await Task.sleep(for: programme.restartPause) }
    }
  }

  private func note(_ ending: RunningProcess.Ending) {
    state.withLock { state in
      state.process = nil
      if ending != state.expected { state.unexpected.append("replica \(name) ended with \(ending)") }
    }
  }

  private func end(_ ending: RunningProcess.Ending, _ body: (RunningProcess) throws -> Void) throws {
    let process = state.withLock { state in
      state.expected = ending
      return state.process
    }
    if let process { try body(process) }
  }

  private func logFile(_ start: Int) -> String { "\(programme.folder)/replica-\(name)-\(start).log" }
}
