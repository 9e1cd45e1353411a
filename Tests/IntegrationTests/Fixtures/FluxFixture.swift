@testable import Controller
import FoundationEssentials
import HTTP
import Kubernetes
import MigrationCore
import Logging
import Subprocess
import TestSupport
import Testing

/// What Flux's source-controller does, done by a test: the kinds, the statuses, and a real file server with artifacts.
struct FluxFixture {
  let world: World
  let client: KubernetesClient
  let directory: TemporaryDirectory
  let server: RunningProcess
  private let url: String

  static func run(_ world: World, _ body: (FluxFixture) async throws -> Void) async throws {
    let configuration = try await KubernetesConfiguration.load(kubeconfig: world.kubectl.kubeconfig, environment: [:])
    let http = HTTPClient()
    let client = KubernetesClient(configuration: configuration, http: http, logger: Logger(label: "test"))
    let directory = try TemporaryDirectory()
    let arguments = ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", directory.path]
    do {
      _ = try await RunningProcess.run("python3", arguments) { server in
        try await server.waitForOutput("Serving HTTP on ")
        let port = try #require(server.output.firstMatch(of: /port (\d+)/)).1
        try await body(
          FluxFixture(
            world: world, client: client, directory: directory, server: server, url: "http://127.0.0.1:\(port)"))
      }
    } catch {
      await http.close()
      throw error
    }
    await http.close()
  }

  /// Installs the definition of a kind, shaped like Flux's, open for any field.
  static func install(_ kind: String, _ plural: String, versions: [String], _ kubectl: Kubectl) async throws {
    let list = versions.enumerated().map { index, version in
      """
          - name: \(version)
            served: true
            storage: \(index == 0)
            subresources: {status: {}}
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """
    }.joined(separator: "\n")
    try await kubectl.apply(
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: \(plural).source.toolkit.fluxcd.io}
      spec:
        group: source.toolkit.fluxcd.io
        scope: Namespaced
        names: {kind: \(kind), listKind: \(kind)List, plural: \(plural), singular: \(kind.lowercased())}
        versions:
      \(list)
      """)
    try await kubectl.waitForDefinition("\(plural).source.toolkit.fluxcd.io")
  }

  /// Makes a source object, without a status.
  func apply(_ kind: String, _ name: String = "app", version: String = "v1") async throws {
    try await world.kubectl.apply(
      """
      {"apiVersion": "source.toolkit.fluxcd.io/\(version)", "kind": "\(kind)", "metadata": {"name": "\(name)"},
       "spec": {"interval": "1m", "url": "https://git.example.org/app"}}
      """)
  }

  /// Packs files, serves them, and returns `status.artifact` of them.
  func artifact(_ files: [String: String], _ name: String, digest: String? = nil) async throws -> String {
    let folder = try TemporaryDirectory()
    for (path, text) in files { try folder.write(text, to: path) }
    let result = try await Subprocess.run(
      .name("tar"), arguments: ["-C", folder.path, "-cz", "."], output: .bytes(limit: 16 << 20), error: .discarded)
    let bytes = result.standardOutput
    try Data(bytes).write(to: URL(filePath: "\(directory.path)/\(name).tar.gz"))
    let real = ContentDigest.sha256(bytes)
    return """
      {"url": "\(url)/\(name).tar.gz", "path": "\(name).tar.gz", "revision": "main@sha1:\(name)",
       "digest": "sha256:\(digest ?? real)", "size": \(bytes.count), "lastUpdateTime": "2026-01-01T00:00:00Z"}
      """
  }

  /// Writes a status as Flux does.
  func report<Kind: FluxKindType, Version: FluxVersionType>(
    _ kind: Kind.Type, _ version: Version.Type, _ name: String = "app", ready: String = "True",
    message: String = "stored artifact", artifact: String?
  ) async throws {
    let artifact = artifact.map { #", "artifact": \#($0)"# } ?? ""
    let status = """
      {"status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "\(ready)", "reason": "Some",
       "message": "\(message)", "lastTransitionTime": "2026-01-01T00:00:00Z"}]\(artifact)}}
      """
    _ = try await client.patch(
      FluxObject<Kind, Version>.self, name: name, namespace: world.namespace, patch: .merge(Array(status.utf8)),
      subresource: "status")
  }
}
