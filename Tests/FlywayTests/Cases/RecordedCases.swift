import FoundationEssentials
import TestSupport

/// The cases below `Fixtures/Cases`.
enum RecordedCases {
  /// How many there are: a lost file must not go unnoticed.
  static let count = 125

  private static let loaded: (cases: [RecordedCase], failure: String?) = {
    let folder = Checkout.path + "/Tests/FlywayTests/Fixtures/Cases"
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
      return (
        try names.map { name in
          let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
          return try JSONDecoder().decode(RecordedCase.self, from: data)
        }, nil
      )
    } catch {
      return ([], "\(folder): \(error)")
    }
  }()

  /// All of them, by name.
  static var all: [RecordedCase] { loaded.cases }
  /// Those that are not about the command line alone.
  static var ofLibrary: [RecordedCase] { all.filter { !$0.isCommandLine } }
  /// Why they could not be read.
  static var failure: String? { loaded.failure }
}
