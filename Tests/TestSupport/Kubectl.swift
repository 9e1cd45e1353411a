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

  /// Follows one object with `kubectl get --watch` until `accept` gives a value for one of its states.
  ///
  /// One process for the whole wait: asking again and again would be one each time, on a machine that has others to run.
  /// The watch is that of a list of one, for kubectl passes over what happens to a named object between its first two
  /// requests. Where the watch ends, it begins anew.
  /// - Returns: nil when time is up.
  package func follow<Value: Decodable, Answer: Sendable>(
    _ type: Value.Type, _ kind: String, _ name: String, timeout: Duration, _ accept: (Value) throws -> Answer?
  ) async throws -> Answer? {
    let deadline = ContinuousClock.now + timeout
    while ContinuousClock.now < deadline {
      let left = max(1, (deadline - ContinuousClock.now).components.seconds)
      let words =
        ["--kubeconfig", kubeconfig, "--namespace", namespace, "--request-timeout", "\(left)s", "get", kind]
        + ["--field-selector", "metadata.name=\(name)", "--watch", "-o", "json"]
      let result = try await Subprocess.run(
        .name("kubectl"), arguments: Arguments(words), input: .none, output: .sequence, error: .discarded
      ) { execution -> Answer? in
        var document = ""
        for try await line in execution.standardOutput.strings(bufferingPolicy: .maxLineLength(8 << 20)) {
          document += line + "\n"
          guard line == "}" else { continue }
          if let answer = try accept(JSONDecoder().decode(type, from: Data(document.utf8))) {
            try? execution.send(signal: .terminate)
            return answer
          }
          document = ""
        }
        return nil
      }
      if let answer = result.closureResult { return answer }
      try await Task.sleep(for: .milliseconds(200))
    }
    return nil
  }

  /// Waits until the API server serves a definition.
  ///
  /// `kubectl wait` of 1.20 fails on one so new that it has no conditions yet.
  package func waitForDefinition(_ name: String) async throws {
    _ = try await eventually("the definition \(name) is served") {
      try await run(["wait", "--for=condition=Established", "--timeout=60s", "crd/\(name)"])
    }
  }
}
