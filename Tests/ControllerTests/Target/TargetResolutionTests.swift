@testable import Controller
import Kubernetes
import Postgres
import Support
import Testing

@Suite("TargetResolution")
struct TargetResolutionTests {
  private static let password = "hunter2-sslmode=disable"
  private static let secrets: [String: [String: Redacted<String>]] = [
    "citus": [
      "host": Redacted("coordinator"), "port": Redacted("5433"), "database": Redacted("app"), "user": Redacted("me"),
      "password": Redacted(password), "ca": Redacted("CA PEM"), "crt": Redacted("CERT PEM"), "key": Redacted("KEY PEM"),
      "uri": Redacted("postgresql://me:\(password)@coordinator:5433/app"),
    ]
  ]

  private static func cluster(_ change: (inout ClusterSpec) -> Void = { _ in }) -> ClusterSpec {
    var cluster = ClusterSpec(workers: .init(expected: 2, match: nil))
    change(&cluster)
    return cluster
  }

  private static func resolve(_ cluster: ClusterSpec) throws(TargetProblem) -> ConnectionParameters {
    try TargetResolution.parameters(cluster, secrets: secrets, applicationName: "whimbrel/test")
  }

  private static func byUri(_ uri: String, tls: ClusterSpec.TLSSpec? = nil) -> ClusterSpec {
    cluster {
      $0.uri = Samples.value(uri)
      $0.tls = tls
    }
  }

  @Test("every field comes from its Secret or its value")
  func allFields() throws {
    let cluster = Self.cluster {
      $0.host = Samples.reference("citus", "host")
      $0.port = Samples.reference("citus", "port")
      $0.database = Samples.reference("citus", "database")
      $0.username = Samples.reference("citus", "user")
      $0.password = Samples.reference("citus", "password")
      $0.tls = .init(
        mode: "verify-ca", ca: Samples.reference("citus", "ca"), certificate: Samples.reference("citus", "crt"),
        key: Samples.reference("citus", "key"))
    }
    let parameters = try Self.resolve(cluster)
    #expect(parameters.targetIdentity == "coordinator:5433/app" && parameters.user == "me")
    #expect(parameters.password == Redacted(Self.password))
    #expect(parameters.tls.mode == .verifyCA && parameters.tls.certificateAuthority == "CA PEM")
    #expect(parameters.tls.certificate == "CERT PEM" && parameters.tls.key == Redacted("KEY PEM"))
    #expect(parameters.applicationName == "whimbrel/test")
    #expect(!"\(parameters)".contains(Self.password))
  }

  @Test("without a word on TLS the server's certificate is verified in full")
  func defaults() throws {
    let parameters = try Self.resolve(Samples.spec().cluster)
    #expect(parameters.port == 5432 && parameters.password == nil && parameters.tls.mode == .verifyFull)
  }

  @Test(
    "a URI's own option decides on TLS, nothing else in it does",
    arguments: [
      ("postgresql://me@host/app", TLS.Mode.verifyFull), ("postgresql://me@host/app?sslmode=disable", .disable),
      ("postgresql://me@host/app?sslmode=require", .require), ("host=h dbname=app user=me sslmode=prefer", .prefer),
      ("postgresql://me:sslmode@host/app", .verifyFull), ("postgresql://sslmode:x@host/app", .verifyFull),
      ("postgresql://me:a%3Fsslmode%3Ddisable@host/app", .verifyFull), ("postgresql://me@sslmode/app", .verifyFull),
      ("postgresql://me@host/sslmode", .verifyFull), ("postgresql://me@host/app?application_name=sslmode", .verifyFull),
      ("postgresql://me@host/app?sslmode=", .verifyFull),
      ("host=h dbname=app user=me password='sslmode=disable'", .verifyFull),
    ])
  func uri(uri: String, mode: TLS.Mode) throws {
    #expect(try Self.resolve(Self.byUri(uri)).tls.mode == mode)
    let tls = ClusterSpec.TLSSpec(mode: "require", ca: nil, certificate: nil, key: nil)
    #expect(try Self.resolve(Self.byUri(uri, tls: tls)).tls.mode == .require)
  }

  @Test(
    "what is missing is waited for and named with its next step",
    arguments: [
      (ValueSpec(secretKeyRef: .init(name: "gone", key: "k")), "Secret 'gone' does not exist", "create it"),
      (ValueSpec(secretKeyRef: .init(name: "citus", key: "gone")), "no text under key 'gone'", "it has ca, crt"),
    ])
  func missing(field: ValueSpec, what: String, next: String) {
    var cluster = Samples.spec().cluster
    cluster.password = field
    let problem = #expect(throws: TargetProblem.self) { try Self.resolve(cluster) }
    #expect(problem?.reason == .secretNotFound)
    #expect(problem?.message.contains("spec.cluster.password") == true)
    #expect(problem?.message.contains(what) == true && problem?.message.contains(next) == true)
  }

  @Test(
    "a wrong value is the spec's fault, and no secret is in any text",
    arguments: [
      { $0.port = Samples.value("hunter2") }, { $0.port = Samples.value("0") }, { $0.port = Samples.value("65536") },
      { $0.port = Samples.reference("citus", "password") },
      { $0.tls = .init(mode: "verify_full", ca: nil, certificate: nil, key: nil) },
      { $0 = byUri("postgresql://me:hunter2@host:x/app") },
      { $0 = byUri("postgresql://me:hunter2@host/app?nonsense=1") },
      { $0 = byUri("postgresql://me:hunter2@host/app?sslmode=never") }, { $0 = byUri("hunter2") },
      { $0 = byUri("postgresql://me:hunter2@host/app?sslrootcert=/etc/passwd") },
    ] as [@Sendable (inout ClusterSpec) -> Void])
  func wrong(change: @Sendable (inout ClusterSpec) -> Void) {
    var cluster = Samples.spec().cluster
    change(&cluster)
    let problem = #expect(throws: TargetProblem.self) { try Self.resolve(cluster) }
    #expect(problem?.reason == .invalidSpec)
    var text = ""
    dump(problem, to: &text)
    #expect(!text.contains("hunter2") && text.contains("spec.cluster"))
  }

  @Test("the Secrets that are read are those that the spec names, once each")
  func secretNames() {
    let cluster = Self.cluster {
      $0.host = Samples.reference("b", "h")
      $0.password = Samples.reference("a", "p")
      $0.username = Samples.reference("a", "u")
      $0.database = Samples.value("c")
      $0.tls = .init(mode: nil, ca: Samples.reference("d", "ca"), certificate: nil, key: nil)
    }
    #expect(TargetResolution.secretNames(cluster) == ["a", "b", "d"])
  }
}
