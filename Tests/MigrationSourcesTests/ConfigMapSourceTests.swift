import Kubernetes
import MigrationCore
import MigrationSources
import Testing

@Suite("Migrations in ConfigMaps")
struct ConfigMapSourceTests {
  private func map(_ name: String, _ data: [String: String], binary: [String: [UInt8]] = [:]) -> ConfigMap {
    ConfigMap(metadata: ObjectMetadata(name: name), data: data, binaryData: binary)
  }

  @Test("several are merged into one directory, in whatever order they come")
  func merged() throws {
    let one = map("b", ["V2__b.sql": "two"], binary: ["V3__c.sql": [1, 0, 255]])
    let two = map("a", ["V1__a.sql": "one", "R__view.sql": ""])
    let snapshot = try ConfigMapSource.snapshot(of: [one, two])
    #expect(snapshot.files.map(\.path) == ["R__view.sql", "V1__a.sql", "V2__b.sql", "V3__c.sql"])
    #expect(snapshot.files.last?.bytes == [1, 0, 255])
    #expect(snapshot.revision.hasPrefix("configmap/a,b@sha256:"))
    let turned = try ConfigMapSource.snapshot(of: [two, one])
    #expect(turned.digest == snapshot.digest)
    #expect(turned.revision == snapshot.revision)
  }

  @Test("one file in two of them is refused, with both names")
  func duplicate() throws {
    let error = #expect(throws: SourceError.self) {
      try ConfigMapSource.snapshot(of: [map("b", ["V1__a.sql": "x"]), map("a", [:], binary: ["V1__a.sql": [1]])])
    }
    #expect(error?.code == .invalid)
    #expect(error?.isTransient == false)
    #expect(error?.message == "file 'V1__a.sql' is in ConfigMap 'a' and in ConfigMap 'b'; remove one of them")
  }

  @Test("limits on number and size hold over all of them together")
  func limits() throws {
    var limits = SourceLimits()
    limits.files = 2
    limits.totalBytes = 10
    let full = [map("a", ["V1__a.sql": "12345"]), map("b", ["V2__b.sql": "12345"])]
    #expect(try ConfigMapSource.snapshot(of: full, limits: limits).files.count == 2)
    for more in [map("c", ["V3__c.sql": ""]), map("c", ["V3__c.sql": "1"])] {
      let error = #expect(throws: SourceError.self) { try ConfigMapSource.snapshot(of: full + [more], limits: limits) }
      #expect(error?.code == .tooLarge)
    }
    limits.files = 3
    #expect(throws: SourceError.self) {
      try ConfigMapSource.snapshot(of: full + [map("c", ["V3__c.sql": "1"])], limits: limits)
    }
  }
}

@Suite("The digest of a source")
struct SourceSnapshotTests {
  private func digest(_ files: [(String, String)]) -> String {
    SourceSnapshot(
      origin: "test", files: files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }
    ).digest
  }

  @Test("it is the SHA-256 over lengths, names and contents, and stays the same for ever")
  func golden() {
    #expect(digest([]) == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      digest([("V1__a.sql", "SELECT 1;\n"), ("V2__b.sql", "")])
        == "sha256:7a289b838d77618d37c4bd6e66e22c397f65a66715908747c19522984780dbf4")
  }

  @Test("the order of files does not matter; every byte and every name does")
  func sensitivity() {
    let base = digest([("a", "1"), ("b", "2")])
    #expect(digest([("b", "2"), ("a", "1")]) == base)
    let others = [
      [("a", "1")], [("a", "1"), ("b", "2 ")], [("a", "1"), ("c", "2")], [("a", "2"), ("b", "1")], [("a", "1b2")],
      [("a", "1"), ("b", "2"), ("c", "")], [("a1", ""), ("b", "2")],
    ].map(digest)
    #expect(Set(others + [base]).count == others.count + 1)
  }
}
