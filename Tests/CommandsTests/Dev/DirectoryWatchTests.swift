@testable import Commands
import Glibc
import TestSupport
import Testing

@Suite("The watch of a directory")
struct DirectoryWatchTests {
  private static func bytes(mask: UInt32, _ name: String, padding: Int) -> [UInt8] {
    let length = UInt32(name.utf8.count + padding)
    let numbers: [UInt32] = [1, mask, 0, length]
    let head = numbers.flatMap { number in withUnsafeBytes(of: number) { Array($0) } }
    return head + Array(name.utf8) + [UInt8](repeating: 0, count: padding)
  }

  @Test("reads the kernel's records, and leaves out one that is cut off")
  func records() {
    let all =
      Self.bytes(mask: UInt32(IN_MODIFY), "a.sql", padding: 11)
      + Self.bytes(mask: UInt32(IN_CLOSE_WRITE), "b", padding: 15)
      + Self.bytes(mask: UInt32(IN_MOVED_TO), "c", padding: 1) + Self.bytes(mask: UInt32(IN_Q_OVERFLOW), "", padding: 0)
    let events: [DirectoryEvent] = [
      .init(kind: .written, name: "a.sql"), .init(kind: .closed, name: "b"), .init(kind: .replaced, name: "c"),
      .init(kind: .lost),
    ]
    #expect(DirectoryWatch.parse(all[...]) == events)
    #expect(DirectoryWatch.parse(all.dropLast(17)) == Array(events.prefix(2)))
    #expect(DirectoryWatch.parse([]) == [])
  }

  @Test("tells of what is written before the writer has closed it")
  func writing() async throws {
    let folder = try TemporaryDirectory()
    let watch = try #require(DirectoryWatch(folder.path))
    let file = try #require(fopen(folder.path + "/V1__a.sql", "w"))
    fputs("SELECT 1;\n", file)
    fflush(file)
    var state = SaveState(quiet: .milliseconds(10), names: ScriptNames(suffixes: [".sql"]))
    for event in await watch.events(within: .seconds(10)) { state.handle(event, at: .zero) }
    #expect(state.decision(at: .seconds(60)) == .open(["V1__a.sql"]))
    fclose(file)
    for event in await watch.events(within: .seconds(10)) { state.handle(event, at: .zero) }
    #expect(state.decision(at: .seconds(60)) == .read)
  }

  @Test("a directory that is not there cannot be watched")
  func missing() {
    #expect(DirectoryWatch("/nonexistent/folder") == nil)
  }
}
