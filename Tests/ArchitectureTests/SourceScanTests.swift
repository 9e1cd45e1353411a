import Testing

@Suite("The rules themselves")
struct SourceScanTests {
  @Test("imports are found with access, attributes and kinds; comments are not imports")
  func imports() {
    let text = """
      // import Comment
      import Alpha
      internal import Beta
        package import Gamma
      @testable import Delta
      @preconcurrency internal import Epsilon
      internal import struct Zeta.Thing
      let important = "import Eta"
      """
    let found = SourceScan.imports(text)
    #expect(found.map(\.module) == ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"])
    #expect(found.map(\.access) == ["", "internal", "package", "", "internal", "internal"])
    #expect(found.map(\.isTestable) == [false, false, false, true, false, false])
    #expect(found.map(\.line) == [2, 3, 4, 5, 6, 7])
  }

  @Test(
    "a task outside a group is found however it is written",
    arguments: [
      "Task { await x() }", "  let t = Task { }", "Task.detached { }", "Task(priority: .high) {", "Task<Void, Never> {",
      "await Task { 1 }.value", "Task.init {", "return Task{", "Task.immediate { }", "Task.detached(priority: .low) {",
      "x(Task {", "Task(operation: body)",
    ])
  func findsTasks(line: String) {
    #expect(SourceScan.unstructuredTasks("a\n\(line)") == [2])
  }

  @Test(
    "what only looks like a task is passed over",
    arguments: [
      "group.addTask {", "Task.isCancelled", "try await Task.sleep(for: x)", "// Task { }", "x() // Task { }",
      "withTaskGroup(of: Void.self) { group in", "var task: Task<Void, Never>?", "try Task.checkCancellation()",
      "await Task.yield()", "myTask {", "struct MyTask {", "withTaskCancellationHandler {",
    ])
  func passesOver(line: String) {
    #expect(SourceScan.unstructuredTasks(line).isEmpty)
  }

  @Test("an unsafe mark needs a comment on the line above; one comment serves a block of them")
  func unsafety() {
    #expect(SourceScan.unexplainedUnsafety("nonisolated(unsafe) let a = 1") == [1])
    #expect(SourceScan.unexplainedUnsafety("\n  final class A: @unchecked Sendable {") == [2])
    #expect(SourceScan.unexplainedUnsafety("let b = 1\nnonisolated(unsafe) let a = 1") == [2])
    #expect(SourceScan.unexplainedUnsafety("// why\n\nnonisolated(unsafe) let a = 1") == [3])
    #expect(
      SourceScan.unexplainedUnsafety("// why\nnonisolated(unsafe) let a = 1\nnonisolated(unsafe) let b = 1").isEmpty)
    #expect(SourceScan.unexplainedUnsafety("  /// why\n  final class A: @unchecked Sendable {").isEmpty)
    #expect(SourceScan.unexplainedUnsafety("// about nonisolated(unsafe)").isEmpty)
  }

  @Test(
    "a package declaration without documentation is found",
    arguments: [
      "package struct A {", "  package func b() {", "package static func c()", "package init(_ d: Int) {",
      "package var e: Int { 1 }", "package mutating func f()", "@discardableResult package func g() -> Int {",
      "package final class H {", "package subscript(i: Int) -> Int {", "package static var i: Int {",
      "package enum J: String, Sendable {", "package convenience init() {", "package typealias K = Int",
    ])
  func undocumented(line: String) {
    #expect(SourceScan.undocumentedDeclarations("let x = 1\n\(line)") == [2])
    #expect(SourceScan.undocumentedDeclarations("// not documentation\n\(line)") == [2])
    #expect(SourceScan.undocumentedDeclarations("/// What it is.\n\(line)").isEmpty)
    #expect(SourceScan.undocumentedDeclarations("/// What it is.\n@inlinable\n\(line)").isEmpty)
  }

  @Test(
    "stored properties, what is not package, and witnesses of the standard library may go without",
    arguments: [
      "package var a: Int", "package let b = 1", "package private(set) var c = 0", "func d() {", "private struct E {",
      "internal import F", "package import G", "package init(from decoder: any Decoder) throws {",
      "package static func < (left: A, right: A) -> Bool {", "package var description: String { \"\" }",
      "package var h = { 1 }()",
    ])
  func mayGoWithout(line: String) {
    #expect(SourceScan.undocumentedDeclarations(line).isEmpty)
  }

  @Test("paths of somebody's machine are found, paths of systems and URLs are not")
  func absolutePaths() {
    let home = "/" + "home/someone/project"
    let shared = "/" + "work/shared"
    let user = "/" + "Users/someone"
    for path in [home, shared, user] {
      #expect(SourceScan.absolutePaths("x\nsee \(path) there") == [2])
      #expect(SourceScan.absolutePaths("\"\(path)\"") == [1])
    }
    for text in [
      "/var/run/secrets/kubernetes.io", "https://example.org/work/x", "~/.kube/config", "./work/x", "/etc/home",
    ] {
      #expect(SourceScan.absolutePaths(text).isEmpty, "\(text)")
    }
  }
}
