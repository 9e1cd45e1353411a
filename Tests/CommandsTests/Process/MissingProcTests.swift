import Glibc
import TestSupport
import Testing

@Suite(
  "without /proc", .enabled(if: WhimbrelProcess.path != nil, "WHIMBREL_BINARY does not name the binary to test"),
  .enabled("this user may not mount anything") { (try? await EmptyProc.run("true")) != nil })
struct MissingProcTests {
  @Test("the binary cannot see its arguments, says so, and does not end as if all were well")
  func arguments() async throws {
    let binary = try #require(WhimbrelProcess.path)
    let failure = await #expect(throws: ToolRun.Failure.self) { try await EmptyProc.run("\(binary) --version") }
    let text = try #require(failure).description
    #expect(text.contains("exited(1)"), "\(text)")
    #expect(text.contains("the arguments cannot be read: /proc is not mounted"), "\(text)")
  }
}

/// Mounts of its own for a command, where `/proc` is empty.
private enum EmptyProc {
  /// Runs a line for a shell.
  @discardableResult
  static func run(_ line: String) async throws -> String {
    let user = geteuid() == 0 ? [] : ["--map-root-user"]
    return try await ToolRun.run(
      "unshare", ["--mount"] + user + ["sh", "-c", "mount -t tmpfs tmpfs /proc && \(line)"], in: "/")
  }
}
