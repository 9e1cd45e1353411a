import Glibc
import Support

/// A programme of the system that a test runs: a tool to its end, or a server whose lines it reads.
final class ChildProcess: Sendable {
  private let identifier: pid_t
  private let output: CInt
  private let unread = Guarded<[UInt8]>([])

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Starts `arguments[0]`, found by PATH; its output and errors come back by `nextLine()`.
  init(_ arguments: [String]) throws {
    var pipeEnds: [CInt] = [0, 0]
    guard pipe(&pipeEnds) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
    for end in pipeEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipeEnds[1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipeEnds[1], 2)
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var identifier = pid_t()
    let status = posix_spawnp(&identifier, arguments[0], &actions, nil, &words, environ)
    close(pipeEnds[1])
    output = pipeEnds[0]
    self.identifier = identifier
    guard status == 0 else {
      throw Failure(description: "\(arguments[0]) does not start: errno \(status)")
    }
  }

  deinit {
    close(output)
  }

  /// Reads one line, blocking; nil at the end of the output.
  func nextLine() -> String? {
    while true {
      let line = unread.withLock { unread -> [UInt8]? in
        guard let end = unread.firstIndex(of: 10) else { return nil }
        defer { unread.removeSubrange(...end) }
        return Array(unread[..<end])
      }
      if let line { return String(decoding: line, as: UTF8.self) }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &chunk, chunk.count)
      guard count > 0 else { return nil }
      let bytes = chunk[..<count]
      unread.withLock { $0 += bytes }
    }
  }

  /// Waits for the end; returns the exit status.
  func wait() -> CInt {
    var status: CInt = 0
    waitpid(identifier, &status, 0)
    return status
  }

  /// Ends the programme.
  func kill() {
    Glibc.kill(identifier, SIGKILL)
    _ = wait()
  }

  /// Runs a tool to its end; throws with its output when it fails.
  static func run(_ arguments: [String]) throws {
    let process = try ChildProcess(arguments)
    var lines: [String] = []
    while let line = process.nextLine() { lines.append(line) }
    let status = process.wait()
    guard status == 0 else {
      throw Failure(
        description: "\(arguments.joined(separator: " ")): status \(status): \(lines.joined(separator: "\n"))")
    }
  }

  /// Whether a programme is there to run.
  static func isInstalled(_ name: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
  }
}
