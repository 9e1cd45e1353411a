import Subprocess
import TestSupport
import Testing
import YAML

/// kustomize, as kubectl has it inside.
enum Kustomize {
  /// The objects that a folder makes.
  static func build(_ folder: String) async throws -> [YAMLNode] {
    let result = try await Subprocess.run(
      .name("kubectl"), arguments: ["kustomize", folder], output: .string(limit: 8 << 20),
      error: .string(limit: 1 << 16))
    try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    return try YAMLNode.parse(Array(result.standardOutput.utf8))
  }
}
