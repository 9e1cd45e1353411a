package import HTTP
package import Support

/// Where the API server is, how to trust it, and who to be.
package struct KubernetesConfiguration: Sendable {
  /// How requests prove who they come from, apart from a client certificate in `tls`.
  package enum Authentication: Sendable, Equatable {
    /// Not at all, or by the client certificate alone.
    case none
    /// By a bearer token.
    case token(Redacted<String>)
    /// By a bearer token in a file, which is read again every minute and after a 401.
    case tokenFile(String)
    /// By what a program makes: a bearer token, a client certificate, or both.
    case exec(ExecPlugin)
  }

  /// Whom to act as (the `as` fields of a kubeconfig).
  package struct Impersonation: Sendable, Equatable {
    /// The user name.
    package var user: String
    /// The unique id, or nil.
    package var uid: String?
    /// The groups.
    package var groups: [String]
    /// Further attributes, such as scopes, by lower-case names.
    package var extra: [String: [String]]

    /// Names an identity.
    package init(user: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
      self.user = user
      self.uid = uid
      self.groups = groups
      self.extra = extra
    }
  }

  /// The server's URL, without a slash at the end.
  package var server: String
  /// Trust and client certificate.
  package var tls: TLSSettings
  /// A file with the certificates to trust, which is read again every minute and then replaces those in `tls`.
  package var certificateAuthorityFile: String?
  /// Files with the client certificate and its key, which are read again every minute and then replace those in `tls`.
  package var clientCertificateFile: String?
  /// See `clientCertificateFile`.
  package var clientKeyFile: String?
  /// Proof of identity.
  package var authentication: Authentication
  /// The namespace to use where none is named.
  package var namespace: String
  /// The URL of a proxy, or nil.
  package var proxy: String?
  /// Whom to act as, or nil.
  package var impersonation: Impersonation?
  /// Where this configuration comes from, for messages: a kubeconfig with its context, or the cluster itself.
  package var origin: String
  /// The context of the kubeconfig; nil where there is none.
  package var context: String?
  /// What a person should know about this configuration; the client logs it once.
  package var warnings: [String]

  /// Makes a configuration by hand.
  package init(
    server: String, tls: TLSSettings = TLSSettings(), certificateAuthorityFile: String? = nil,
    clientCertificateFile: String? = nil, clientKeyFile: String? = nil, authentication: Authentication = .none,
    namespace: String = "default", proxy: String? = nil,
    impersonation: Impersonation? = nil, origin: String = "explicit", warnings: [String] = []
  ) {
    self.server = server
    self.tls = tls
    self.certificateAuthorityFile = certificateAuthorityFile
    self.clientCertificateFile = clientCertificateFile
    self.clientKeyFile = clientKeyFile
    self.authentication = authentication
    self.namespace = namespace
    self.proxy = proxy
    self.impersonation = impersonation
    self.origin = origin
    self.warnings = warnings
  }
}
