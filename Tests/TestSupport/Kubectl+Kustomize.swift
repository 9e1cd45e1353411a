internal import FoundationEssentials
internal import Subprocess

extension Kubectl {
  /// Why a test that makes objects from kustomizations which name folders or components is skipped.
  package static let needsCurrentKustomize =
    "kustomize takes folders and components from kubectl 1.21 on; the kubectl at hand is older, as Debian 12's is"

  /// Whether the kubectl at hand is 1.21 or newer.
  package static func hasCurrentKustomize() async throws -> Bool {
    struct Answer: Decodable {
      struct Version: Decodable { var major: String, minor: String }
      var clientVersion: Version
    }
    let result = try await Subprocess.run(
      .name("kubectl"), arguments: ["version", "--client", "-o", "json"], output: .string(limit: 1 << 16),
      error: .discarded)
    let version = try JSONDecoder().decode(Answer.self, from: Data(result.standardOutput.utf8)).clientVersion
    // Some vendors append a sign: `20+`.
    return version.major != "1" || (Int(version.minor.prefix { $0.isNumber }) ?? 0) >= 21
  }
}
