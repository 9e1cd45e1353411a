internal import Support

/// A user of a kubeconfig; its secrets are wrapped as they are decoded.
struct KubeconfigUser: Decodable, Sendable {
  let clientCertificate: String?
  let clientCertificateData: String?
  let clientKey: String?
  let clientKeyData: Redacted<String>?
  let token: Redacted<String>?
  let tokenFile: String?
  let impersonated: String?
  let impersonatedUID: String?
  let impersonatedGroups: [String]
  let impersonatedExtra: [String: [String]]
  let exec: KubeconfigExec?
  /// Fields that are set although they are not supported, in the order in which they are complained about.
  let unsupported: [String]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String? {
      try container.decodeIfPresent(String.self, forKey: key).flatMap { $0.isEmpty ? nil : $0 }
    }
    clientCertificate = try text(.clientCertificate)
    clientCertificateData = try text(.clientCertificateData)
    clientKey = try text(.clientKey)
    clientKeyData = try text(.clientKeyData).map { Redacted($0) }
    token = try text(.token).map { Redacted($0) }
    tokenFile = try text(.tokenFile)
    impersonated = try text(.impersonated)
    impersonatedUID = try text(.impersonatedUID)
    impersonatedGroups = try container.decodeIfPresent([String].self, forKey: .impersonatedGroups) ?? []
    impersonatedExtra =
      try container.decodeIfPresent([String: [String]].self, forKey: .impersonatedExtra) ?? [:]
    exec = try container.decodeIfPresent(KubeconfigExec.self, forKey: .exec)
    unsupported = try CodingKeys.unsupported.filter {
      try container.contains($0) && !container.decodeNil(forKey: $0)
    }.map(\.rawValue)
  }

  enum CodingKeys: String, CodingKey {
    case clientCertificate = "client-certificate"
    case clientCertificateData = "client-certificate-data"
    case clientKey = "client-key"
    case clientKeyData = "client-key-data"
    case token, tokenFile
    case impersonated = "as"
    case impersonatedUID = "as-uid"
    case impersonatedGroups = "as-groups"
    case impersonatedExtra = "as-user-extra"
    case exec, username, password
    case authProvider = "auth-provider"

    static let unsupported: [CodingKeys] = [.authProvider, .username, .password]
  }
}
