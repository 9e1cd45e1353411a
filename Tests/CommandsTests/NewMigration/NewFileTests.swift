@testable import Commands
import TestSupport
import Testing

@Suite("Files that were not there")
struct NewFileTests {
  @Test("a file is written once and never written over")
  func once() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/V1__a.sql"
    try NewFile.write("one\n", to: path)
    let error = #expect(throws: CommandError.self) { try NewFile.write("two\n", to: path) }
    #expect(error?.code == .duplicate)
    #expect(try TextFile.read(path) == "one\n")
  }

  @Test("not even through a symbolic link that leads nowhere")
  func link() throws {
    let folder = try TemporaryDirectory()
    try folder.link("V1__a.sql", to: folder.path + "/elsewhere")
    #expect(throws: CommandError.self) { try NewFile.write("x", to: folder.path + "/V1__a.sql") }
    #expect(throws: (any Error).self) { try TextFile.read(folder.path + "/elsewhere") }
  }

  @Test("a directory that is missing is named with what to do")
  func missing() {
    let error = #expect(throws: CommandError.self) { try NewFile.write("x", to: "/nonexistent/V1__a.sql") }
    #expect(error?.code == .unwritable)
    #expect(error?.message.contains("No such file") == true)
    #expect(error?.nextStep.contains("--locations") == true)
  }
}
