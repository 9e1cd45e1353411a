internal import FoundationEssentials
internal import Subprocess

/// The real `kubectl` for one kubeconfig and one namespace.
package struct Kubectl: Sendable {
  package let kubeconfig: String
  package var namespace: String

  /// A kubectl that speaks as the user of a kubeconfig.
  package init(kubeconfig: String, namespace: String) {
    self.kubeconfig = kubeconfig
    self.namespace = namespace
  }

  /// What kubectl complained about.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Runs kubectl to its end and returns what it printed, at most 8 MiB.
  /// - Throws: `Failure` with its standard error.
  @discardableResult
  package func callAsFunction(_ arguments: String..., input: String = "") async throws -> String {
    try await run(arguments, input: input)
  }

  /// Runs kubectl to its end and returns what it printed, at most 8 MiB.
  @discardableResult
  package func run(_ arguments: [String], input: String = "") async throws -> String {
    let result = try await Subprocess.run(
      .name("kubectl"), arguments: Arguments(["--kubeconfig", kubeconfig, "--namespace", namespace] + arguments),
      environment: .inherit, input: .string(input), output: .string(limit: 8 << 20), error: .string(limit: 64 << 10))
    guard result.terminationStatus.isSuccess else {
      throw Failure(
        description: "kubectl \(arguments.joined(separator: " ")) ended with \(result.terminationStatus): "
          + result.standardError)
    }
    return result.standardOutput
  }

  /// Applies manifests.
  package func apply(_ manifest: String) async throws { try await run(["apply", "-f", "-"], input: manifest) }

  /// Applies an object.
  package func apply(_ object: some Encodable) async throws {
    try await apply(String(decoding: try JSONEncoder().encode(object), as: UTF8.self))
  }

  /// Reads one object, or a list.
  package func get<Value: Decodable>(_ type: Value.Type, _ arguments: String...) async throws -> Value {
    try JSONDecoder().decode(type, from: Data(try await run(["get", "-o", "json"] + arguments).utf8))
  }
}
