@testable import Controller
import FoundationEssentials
import Kubernetes
import MigrationSources
import Testing

@Suite("A source object of Flux")
struct FluxStateTests {
  private static let key = FluxKey(kind: .gitRepository, object: ObjectKey(namespace: "dev", name: "app"))
  private static let digest = "sha256:" + String(repeating: "0123456789abcdef", count: 4)

  /// An object with an artifact, as Flux writes it, after changes to its text.
  static func state(_ changes: [(String, String)] = []) throws -> FluxState {
    var text = """
      {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
       "metadata": {"name": "app", "namespace": "dev", "generation": 2}, "spec": {"interval": "1m", "url": "https://x"},
       "status": {"observedGeneration": 2,
        "conditions": [
         {"type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored artifact", "observedGeneration": 2,
          "lastTransitionTime": "2026-01-01T00:00:00Z"},
         {"type": "ArtifactInStorage", "status": "True", "reason": "Succeeded", "message": "m"}],
        "artifact": {"url": "http://source-controller.flux-system.svc/gitrepository/dev/app/1.tar.gz",
         "path": "gitrepository/dev/app/1.tar.gz", "size": 100, "lastUpdateTime": "2026-01-01T00:00:00Z",
         "revision": "main@sha1:0123456789012345678901234567890123456789", "digest": "\(digest)"}}}
      """
    for (old, new) in changes {
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
    }
    return try JSONDecoder().decode(FluxState.self, from: Data(text.utf8))
  }

  @Test("that is ready gives its artifact, with a revision that people know")
  func ready() throws {
    #expect(
      try Self.state().artifact(of: Self.key)
        == Artifact(
          label: "GitRepository 'app'", origin: "gitrepository/app@main@sha1:012345678901",
          url: "http://source-controller.flux-system.svc/gitrepository/dev/app/1.tar.gz", digest: Self.digest))
  }

  @Test(
    "is waited for as long as Flux has none for it as it is",
    arguments: [
      ([(#""generation": 2}"#, #""generation": 3}"#)], "has changed, and Flux has not looked at it since"),
      ([(#""observedGeneration": 2,"#, "")], "has changed, and Flux has not looked at it since"),
      (
        [
          (
            #""status": "True", "reason": "Succeeded", "message": "stored artifact""#,
            #""status": "False", "reason": "GitOperationFailed", "message": "authentication required""#
          )
        ],
        "is not Ready (GitOperationFailed): authentication required"
      ),
      (
        [
          (#""status": "True", "reason": "Succeeded", "message": "stored"#, #""status": "Unknown", "message": "stored"#)
        ],
        "is not Ready: stored artifact"
      ),
      ([(#""type": "Ready""#, #""type": "Other""#)], "has no condition Ready yet"),
      ([(#""artifact": {"#, #""former": {"#)], "has no artifact yet"),
      ([(#""url": "http:"#, #""url": "", "old": "http:"#)], "has no artifact yet"),
      ([(#""generation": 2}"#, #""generation": 2, "deletionTimestamp": "2026-01-01T00:00:00Z"}"#)], "is being deleted"),
      ([(#""artifact": {"#, #""artifact": 5, "former": {"#)], "has changed"),
    ] as [([(String, String)], String)])
  func waiting(changes: [(String, String)], message: String) throws {
    let error = #expect(throws: SourceError.self) { try Self.state(changes).artifact(of: Self.key) }
    #expect(error?.code == .unavailable)
    #expect(error?.message.hasPrefix("GitRepository 'app' \(message)") == true, "\(error?.message ?? "")")
  }

  @Test(
    "whose artifact cannot be verified, or not be asked for, needs a person",
    arguments: [
      ([("sha256:0123", "sha512:0123")], "without a SHA-256 digest"),
      ([("sha256:0123", "sha256:012")], "without a SHA-256 digest"),
      ([("sha256:0123", "sha256:X123")], "without a SHA-256 digest"),
      ([(#", "digest": "#, #", "checksum": "#)], "without a SHA-256 digest"),
      ([(#""url": "http:"#, #""url": "file:"#)], "neither http nor https"),
    ] as [([(String, String)], String)])
  func invalid(changes: [(String, String)], message: String) throws {
    let error = #expect(throws: SourceError.self) { try Self.state(changes).artifact(of: Self.key) }
    #expect(error?.code == .invalid && error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test(
    "shows a revision in short",
    arguments: [
      ("main@sha1:0123456789012345678901234567890123456789", "main@sha1:012345678901"),
      ("sha256:" + String(repeating: "ab", count: 32), "sha256:abababababab"),
      ("v1.2.3@sha256:" + String(repeating: "ab", count: 32), "v1.2.3@sha256:abababababab"),
      ("main/0123456789012345678901234567890123456789", "main/0123456789012345678901234567890123456789"),
      ("", ""), ("a:b", "a:b"),
    ])
  func short(revision: String, short: String) {
    #expect(FluxState.short(revision) == short)
  }

  @Test("asks for a look when what counts of it changes, and only those that take it; nobody, nothing")
  func view() throws {
    var view = ResourceView()
    let user = ObjectKey(namespace: "dev", name: "betting")
    var object = CitusMigration(metadata: Samples.metadata(), spec: Samples.spec())
    let ready = try Self.state()
    #expect(view.changed(flux: Self.key, ready) == .none)
    object.spec?.migrations = MigrationsSpec(fluxSource: .init(kind: "GitRepository", name: "app"))
    _ = view.changed(resource: user, object)
    #expect(view.fluxKinds == [.gitRepository])
    #expect(view.changed(flux: Self.key, ready) == .look([user]))
    #expect(view.changed(flux: Self.key, ready) == .none)
    #expect(view.changed(flux: Self.key, try Self.state([("sha1:0123", "sha1:9123")])) == .look([user]))
    #expect(view.changed(flux: Self.key, nil) == .look([user]))
    #expect(view.changed(flux: Self.key, nil) == .none)
    #expect(view.changed(flux: FluxKey(kind: .bucket, object: Self.key.object), ready) == .none)
    let elsewhere = FluxKey(kind: .gitRepository, object: ObjectKey(namespace: "prod", name: "app"))
    #expect(view.changed(flux: elsewhere, ready) == .none)
    object.spec?.migrations.fluxSource?.namespace = "prod"
    object.metadata.generation = 9
    _ = view.changed(resource: user, object)
    #expect(view.changed(flux: elsewhere, ready) == .look([user]))
    #expect(view.changed(flux: Self.key, ready) == .none)
    _ = view.changed(resource: user, nil)
    #expect(view.fluxKinds == [])
  }

  @Test(
    "is named by a spec within the rules",
    arguments: [
      (MigrationsSpec.FluxSourceSpec(kind: "GitRepository", name: "a"), 0),
      (.init(kind: "OCIRepository", name: "a", apiVersion: "source.toolkit.fluxcd.io/v1beta2", path: "./a/b"), 0),
      (.init(kind: "HelmChart", name: "a"), 1), (.init(kind: "Bucket", name: ""), 1),
      (.init(kind: "Bucket", name: "a", apiVersion: "v1"), 1), (.init(kind: "Bucket", name: "a", path: "/a"), 1),
      (.init(kind: "Bucket", name: "a", path: "a/../.."), 1), (.init(kind: "Bucket", name: "a", path: ""), 1),
    ])
  func spec(spec: MigrationsSpec.FluxSourceSpec, problems: Int) {
    #expect(spec.problems.count == problems)
  }
}
