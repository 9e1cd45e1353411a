internal import Support

/// The parts of a kubeconfig that are read (`k8s.io/client-go/tools/clientcmd/api/v1`).
struct Kubeconfig: Decodable {
  struct Named<Content: Decodable & Sendable>: Sendable {
    let name: String
    let content: Content
  }

  struct Context: Decodable, Sendable {
    let cluster: String
    let user: String?
    let namespace: String?
  }

  struct Cluster: Decodable, Sendable {
    let server: String?
    let certificateAuthority: String?
    let certificateAuthorityData: String?
    let insecureSkipTLSVerify: Bool?
    let tlsServerName: String?
    let proxyURL: String?
    let extensions: [Extension]?

    enum CodingKeys: String, CodingKey {
      case server
      case certificateAuthority = "certificate-authority"
      case certificateAuthorityData = "certificate-authority-data"
      case insecureSkipTLSVerify = "insecure-skip-tls-verify"
      case tlsServerName = "tls-server-name"
      case proxyURL = "proxy-url"
      case extensions
    }
  }

  /// Something for another program, by its name.
  struct Extension: Decodable, Sendable {
    let name: String
    let content: ExtensionValue?

    enum CodingKeys: String, CodingKey {
      case name
      case content = "extension"
    }
  }

  let currentContext: String?
  let contexts: [Named<Context>]
  let clusters: [Named<Cluster>]
  let users: [Named<KubeconfigUser>]

  enum CodingKeys: String, CodingKey {
    case currentContext = "current-context"
    case contexts, clusters, users
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    currentContext = try container.decodeIfPresent(String.self, forKey: .currentContext)
    contexts = try container.decodeIfPresent([Entry<Context>].self, forKey: .contexts)?.map(\.named) ?? []
    clusters = try container.decodeIfPresent([Entry<Cluster>].self, forKey: .clusters)?.map(\.named) ?? []
    users = try container.decodeIfPresent([Entry<KubeconfigUser>].self, forKey: .users)?.map(\.named) ?? []
  }

  /// An element of one of the three lists: a name, and the content under a key that differs by list.
  private struct Entry<Content: Decodable & Sendable>: Decodable {
    let named: Named<Content>

    enum CodingKeys: String, CodingKey { case name, context, cluster, user }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let key: CodingKeys =
        if Content.self == Context.self { .context } else if Content.self == Cluster.self { .cluster } else { .user }
      named = Named(
        name: try container.decode(String.self, forKey: .name),
        content: try container.decode(Content.self, forKey: key))
    }
  }
}
