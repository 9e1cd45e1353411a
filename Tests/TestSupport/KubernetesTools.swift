/// helm, a current kubectl, and Kubernetes' own schemas, which `infrastructure/kubernetes-tools` fetches once.
package enum KubernetesTools {
  /// Why a test that needs them is skipped.
  package static let missing =
    "helm, a current kubectl and Kubernetes' schemas are not here: infrastructure/kubernetes-tools fetches them"

  /// Whether they have been fetched.
  package static func areHere() async -> Bool { (try? await folder()) != nil }

  /// Runs helm in the checkout, with values as YAML where it takes any, and returns what it printed.
  /// - Throws: `ToolRun.Failure` with its standard error.
  @discardableResult
  package static func helm(_ arguments: [String], values: String? = nil) async throws -> String {
    try await ToolRun.run(
      try await folder() + "/helm", arguments + (values == nil ? [] : ["--values", "-"]), in: Checkout.path,
      input: values ?? "")
  }

  /// The objects that a kustomization makes, by a kubectl that knows components, as YAML.
  package static func kustomize(_ folder: String) async throws -> String {
    try await ToolRun.run(try await self.folder() + "/kubectl", ["kustomize", folder], in: Checkout.path)
  }

  /// Holds objects against the schemas of a release such as `1.32`, by which no field is unknown.
  ///
  /// - Parameter kinds: kinds to pass over, of which Kubernetes has no schema.
  /// - Throws: `ToolRun.Failure` that names what is wrong.
  package static func validate(_ objects: String, release: String, except kinds: [String] = []) async throws {
    try await ToolRun.run("infrastructure/validate-objects", [release] + kinds, in: Checkout.path, input: objects)
  }

  /// The folder with `helm` and `kubectl`.
  package static func folder() async throws -> String {
    try await ToolRun.run("infrastructure/kubernetes-tools", ["--cached"], in: Checkout.path)
  }
}
