import Testing

@Suite("Rules on the sources")
struct SourceRulesTests {
  private static let sources: [SourceTree.File] = (try? SourceTree.shared.files(below: "Sources")) ?? []

  @Test("the scan sees the sources of every target")
  func sourcesAreSeen() {
    let swift = Set(LayerTable.rows.map(\.target)).subtracting(LayerTable.wrappers.keys)
    #expect(Set(Self.sources.map(\.target)) == swift)
    #expect(Self.sources.count > 100)
  }

  @Test("a target imports only what the table gives it, and says how far the import reaches", arguments: sources)
  func imports(file: SourceTree.File) throws {
    let row = try #require(LayerTable.rows.first { $0.target == file.target }, "\(file.path): not in the table")
    let allowed = row.targets.union(row.products).union(row.toolchain)
    for found in SourceScan.imports(file.text) {
      let place = "\(file.path):\(found.line)"
      #expect(allowed.contains(found.module), "\(place): \(row.target) must not import \(found.module)")
      #expect(["internal", "package"].contains(found.access), "\(place): write internal or package import")
      if let wrapper = LayerTable.wrappers[found.module] {
        #expect(
          row.target == wrapper && found.access == "internal", "\(place): \(found.module) stays inside \(wrapper)")
      }
    }
  }

  @Test("full Foundation is nowhere in the sources, and MigrationCore uses nothing but Digest and Support")
  func purity() {
    for file in Self.sources {
      let modules = SourceScan.imports(file.text).map(\.module)
      #expect(!modules.contains("Foundation"), "\(file.path)")
      if file.target == "MigrationCore" { #expect(Set(modules).isSubset(of: ["Digest", "Support"]), "\(file.path)") }
    }
  }

  @Test("tasks are children of task groups, but for the listed files", arguments: sources)
  func tasks(file: SourceTree.File) {
    let lines = SourceScan.unstructuredTasks(file.text)
    #expect(lines.isEmpty || LayerTable.unstructuredTasks[file.path] != nil, "\(file.path): lines \(lines)")
    #expect(!file.text.contains("Task.detached"), "\(file.path)")
  }

  @Test("the list of files that start tasks holds no file that does not")
  func taskListIsCurrent() {
    for path in LayerTable.unstructuredTasks.keys {
      let file = Self.sources.first { $0.path == path }
      #expect(file.map { !SourceScan.unstructuredTasks($0.text).isEmpty } == true, "\(path): take it off the list")
    }
  }

  @Test("whatever switches a check of concurrency off says on the line above why that is right", arguments: sources)
  func unsafety(file: SourceTree.File) {
    #expect(SourceScan.unexplainedUnsafety(file.text).isEmpty, "\(file.path)")
  }

  @Test("what other targets can use is documented", arguments: sources)
  func documentation(file: SourceTree.File) {
    #expect(SourceScan.undocumentedDeclarations(file.text).isEmpty, "\(file.path)")
  }

  @Test("no file has more than 400 lines")
  func length() throws {
    let tests = try SourceTree.shared.files(below: "Tests")
    for file in Self.sources + tests {
      let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(count <= 400, "\(file.path): \(count) lines")
    }
  }

  @Test("the entry point does nothing by itself")
  func entryPoint() throws {
    let file = try #require(Self.sources.first { $0.path == "Sources/whimbrel/Main.swift" })
    #expect(file.lines.count < 30)
    #expect(Self.sources.filter { $0.target == "whimbrel" }.count == 1)
  }

  @Test("nothing points outside of the project")
  func outside() throws {
    let tree = SourceTree.shared
    let suffixes = [".swift", ".yaml", ".yml", ".md", ".sql", ".sh", ".conf", ".modulemap", ".h", ".cpp"]
    var files = Self.sources
    for folder in ["Tests", "docs", "manifests", "examples", "infrastructure"] {
      files += try tree.files(below: folder, suffixes: suffixes)
    }
    for file in files {
      let lines = SourceScan.absolutePaths(file.text)
      #expect(lines.isEmpty, "\(file.path): lines \(lines)")
    }
  }
}
