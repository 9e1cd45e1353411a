import FoundationEssentials
import Subprocess
import Testing

@Suite("The package description")
struct PackageTests {
  /// What `swift package dump-package` says of a target, as far as it counts here.
  private struct Description: Decodable {
    struct Dependency: Decodable {
      let name: String
      let isProduct: Bool

      private enum CodingKeys: String, CodingKey { case byName, target, product }
      private struct Name: Decodable {
        let name: String

        init(from decoder: any Decoder) throws {
          var list = try decoder.unkeyedContainer()
          name = try list.decode(String.self)
        }
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let product = try container.decodeIfPresent(Name.self, forKey: .product)
        isProduct = product != nil
        if let product {
          name = product.name
        } else if let target = try container.decodeIfPresent(Name.self, forKey: .target) {
          name = target.name
        } else {
          name = try container.decode(Name.self, forKey: .byName).name
        }
      }
    }

    struct Setting: Decodable {
      /// What stands in one: a word, or a list of flags.
      enum Value: Decodable {
        case word(String), flags([String])

        init(from decoder: any Decoder) throws {
          let container = try decoder.singleValueContainer()
          if let word = try? container.decode(String.self) {
            self = .word(word)
          } else {
            self = .flags(try container.decode([String].self))
          }
        }

        var word: String? { if case .word(let word) = self { word } else { nil } }
      }

      let tool: String
      let kind: [String: [String: Value]]
    }

    struct Target: Decodable {
      let name: String
      let type: String
      let dependencies: [Dependency]
      let settings: [Setting]
    }

    let targets: [Target]
  }

  /// Reads the manifest; with a scratch path of its own it never waits for the lock of the build that runs this test.
  private static func describe() async throws -> Description {
    let root = SourceTree.shared.root
    let scratch = FileManager.default.temporaryDirectory.appending(path: "whimbrel-manifest").path(
      percentEncoded: false)
    let result = try await Subprocess.run(
      .name("swift"), arguments: ["package", "--package-path", root, "--scratch-path", scratch, "dump-package"],
      output: .bytes(limit: 4 << 20), error: .string(limit: 64 << 10))
    try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    return try JSONDecoder().decode(Description.self, from: Data(result.standardOutput))
  }

  /// Targets that only tests use.
  private static let forTests: Set = ["Chaos", "Reliability", "TestSupport"]

  @Test("every target depends on exactly what the table says", .timeLimit(.minutes(5)))
  func dependencies() async throws {
    let described = try await Self.describe().targets.filter { $0.type != "test" && !Self.forTests.contains($0.name) }
    #expect(Set(described.map(\.name)) == Set(LayerTable.rows.map(\.target)))
    for target in described {
      let row = try #require(LayerTable.rows.first { $0.target == target.name })
      let products = Set(target.dependencies.filter(\.isProduct).map(\.name))
      let targets = Set(target.dependencies.filter { !$0.isProduct }.map(\.name))
      #expect(targets == row.targets, "\(target.name)")
      #expect(products == row.products, "\(target.name)")
    }
  }

  @Test("every target is compiled by the same rules", .timeLimit(.minutes(5)))
  func settings() async throws {
    let features: Set = [
      "ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault", "NonisolatedNonsendingByDefault",
      "InferIsolatedConformances", "ImmutableWeakCaptures",
    ]
    let swift = try await Self.describe().targets.filter { LayerTable.wrappers[$0.name] == nil }
    for target in swift {
      let kinds = target.settings.map(\.kind)
      #expect(Set(kinds.compactMap { $0["enableUpcomingFeature"]?["_0"]?.word }) == features, "\(target.name)")
      #expect(kinds.compactMap { $0["swiftLanguageMode"]?["_0"]?.word } == ["6"], "\(target.name)")
      #expect(kinds.compactMap { $0["treatAllWarnings"]?["_0"]?.word } == ["error"], "\(target.name)")
      // Of the linker, and of the program alone: nothing can depend on that.
      let flags = target.settings.filter { $0.kind["unsafeFlags"] != nil }
      #expect(
        flags.allSatisfy { $0.tool == "linker" } && (flags.isEmpty || target.name == "whimbrel"), "\(target.name)")
    }
  }

  @Test("no target uses one of its own layer or above")
  func layers() {
    let layers = Dictionary(uniqueKeysWithValues: LayerTable.rows.map { ($0.target, $0.layer) })
    for row in LayerTable.rows {
      for used in row.targets {
        #expect(layers[used].map { $0 < row.layer } == true, "\(row.target) uses \(used)")
      }
    }
  }
}
