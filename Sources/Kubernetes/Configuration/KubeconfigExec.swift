internal import Support

/// `users[].user.exec` of a kubeconfig.
struct KubeconfigExec: Decodable, Sendable {
  struct Variable: Decodable, Sendable {
    let name: String
    let value: Redacted<String>?

    enum CodingKeys: CodingKey { case name, value }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      value = try container.decodeIfPresent(String.self, forKey: .value).map { Redacted($0) }
    }
  }

  let apiVersion: String?
  let command: String?
  let args: [String]?
  let env: [Variable]?
  let installHint: String?
  let interactiveMode: String?
  let provideClusterInfo: Bool?

  /// What is wrong with it, and what to do; nil if it can be used.
  ///
  /// The rules are those of `k8s.io/client-go/tools/clientcmd/validation.go`.
  var complaint: String? {
    guard let command, !command.isEmpty else { return "command is missing; name the program" }
    guard let apiVersion, !apiVersion.isEmpty else {
      return "apiVersion is missing; set \(ExecPlugin.Version.v1.rawValue)"
    }
    guard let version = ExecPlugin.Version(rawValue: apiVersion) else {
      return "apiVersion \(apiVersion) is not supported; use \(ExecPlugin.Version.v1.rawValue), which plugins have had "
        + "since Kubernetes 1.22"
    }
    guard env?.allSatisfy({ !$0.name.isEmpty && !$0.name.contains("=") }) != false else {
      return "env holds a variable without a proper name; correct it"
    }
    switch interactiveMode ?? "" {
    case "" where version == .v1: return "interactiveMode is missing, which \(apiVersion) demands; set it to Never"
    case "", "Never", "IfAvailable": return nil
    case "Always":
      return "interactiveMode is Always, and there is no terminal here; use a plugin that asks nobody"
    default: return "interactiveMode is none of Never, IfAvailable and Always; set it to Never"
    }
  }
}
