package import Support

/// A program that makes credentials: `users[].user.exec` of a kubeconfig
/// (`k8s.io/client-go/tools/clientcmd/api/v1.ExecConfig`).
package struct ExecPlugin: Sendable, Equatable {
  /// The version in which program and client talk.
  package enum Version: String, Sendable, Hashable, Codable {
    /// Stable since Kubernetes 1.22.
    case v1 = "client.authentication.k8s.io/v1"
    /// Its forerunner, which differs in defaults alone.
    case v1beta1 = "client.authentication.k8s.io/v1beta1"
  }

  /// The version.
  package var version: Version
  /// A name to be looked for in `PATH`, or the path of a file.
  package var command: String
  /// The arguments.
  package var arguments: [String]
  /// Variables that are added to the environment of this process.
  package var environment: [String: Redacted<String>]
  /// What the program is told of the cluster; nil unless `provideClusterInfo` asks for it.
  package var cluster: Cluster?
  /// What a person should do if the program is not there; without control characters.
  package var installHint: String?

  /// What a program is told of the cluster (`k8s.io/client-go/pkg/apis/clientauthentication/v1.Cluster`).
  package struct Cluster: Sendable, Equatable, Encodable {
    /// The server's URL.
    package var server: String
    /// The name that the server's certificate must carry, or nil.
    package var serverName: String?
    /// Whether the server's certificate is not verified.
    package var isInsecure: Bool?
    /// The certificates to trust, base64 of PEM, or nil.
    package var certificateAuthority: String?
    /// The URL of a proxy, or nil.
    package var proxy: String?
    /// What the extension `client.authentication.k8s.io/exec` of the cluster holds.
    package var config: ExtensionValue?

    enum CodingKeys: String, CodingKey {
      case server, config
      case serverName = "tls-server-name"
      case isInsecure = "insecure-skip-tls-verify"
      case certificateAuthority = "certificate-authority-data"
      case proxy = "proxy-url"
    }
  }

  /// Names a program.
  package init(
    version: Version, command: String, arguments: [String] = [], environment: [String: Redacted<String>] = [:],
    cluster: Cluster? = nil, installHint: String? = nil
  ) {
    self.version = version
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.cluster = cluster
    self.installHint = installHint
  }

  /// The text of `KUBERNETES_EXEC_INFO`: an ExecCredential without a status.
  ///
  /// Nothing is interactive here: the program gets no input.
  func information() throws(KubernetesError) -> String {
    struct Information: Encodable {
      struct Spec: Encodable {
        let cluster: Cluster?
        let interactive: Bool
      }

      let apiVersion: Version
      let kind = "ExecCredential"
      let spec: Spec
    }
    let information = Information(apiVersion: version, spec: .init(cluster: cluster, interactive: false))
    return String(decoding: try ObjectCoding.encode(information), as: UTF8.self)
  }
}
