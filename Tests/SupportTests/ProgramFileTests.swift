import Glibc
import Support
import TestSupport
import Testing

@Suite("A program that was just written", .timeLimit(.minutes(5)))
struct ProgramFileTests {
  @Test("is waited for while a copy of its writer's descriptor is open, and starts then")
  func writer() async throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("#!/bin/sh\nexit 7\n", to: "program")
    chmod(path, 0o755)
    let copy = open(path, O_WRONLY | O_CLOEXEC)
    #expect(await BlockingWork.run { Self.start(path) } == ETXTBSY)
    let isWaiting = Guarded(true)
    // Gives up only after the time limit of this test.
    async let waiting: Void = BlockingWork.run {
      ProgramFile.awaitWriters(of: path, limit: 100_000)
      isWaiting.withLock { $0 = false }
    }
    // A limit ends the wait beside it: the writer is still there.
    await BlockingWork.run { ProgramFile.awaitWriters(of: path, limit: 20) }
    #expect(isWaiting.withLock { $0 })
    close(copy)
    await waiting
    #expect(await BlockingWork.run { Self.start(path) } == 0)
  }

  @Test("that is not there is not waited for")
  func missing() async {
    await BlockingWork.run { ProgramFile.awaitWriters(of: "/nowhere/program", limit: 100_000) }
  }

  /// What posix_spawn(3) says; waits for the child.
  private static func start(_ path: String) -> CInt {
    var child = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(path), nil]
    defer { free(arguments[0]) }
    let status = posix_spawn(&child, path, nil, nil, &arguments, environ)
    if status == 0 { waitpid(child, nil, 0) }
    return status
  }
}
