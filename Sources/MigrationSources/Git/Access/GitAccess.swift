internal import Support

/// The files and variables by which git and ssh get credentials: pure texts, which `PrivateFolder` writes.
///
/// Nothing of it is ever an argument. A secret is in a file that only this user may read, for the time of one look.
struct GitAccess: Sendable {
  /// A file of the private folder.
  struct File: Sendable {
    var name: String
    var text: Redacted<String>
    var isProgram = false
  }

  let url: GitURL
  let credentials: GitCredentials

  /// What is to be written into a folder.
  func files(in folder: String) -> [File] {
    var files = [File(name: "config", text: Redacted(configuration(in: folder)))]
    if let authority = credentials.authority { files.append(File(name: "ca.pem", text: Redacted(authority))) }
    guard url.scheme == .ssh else { return files }
    files.append(File(name: "known_hosts", text: Redacted((credentials.knownHosts ?? "") + "\n")))
    if case .identity(let key, let passphrase) = credentials.proof {
      files.append(File(name: "identity", text: key))
      if let passphrase {
        files.append(File(name: "passphrase", text: Redacted(passphrase.reveal() + "\n")))
        // A constant text; ssh runs it with its question as the argument, which is not looked at.
        files.append(
          File(
            name: "passphrase.sh", text: Redacted("#!/bin/sh\nexec cat \"$WHIMBREL_PASSPHRASE\"\n"), isProgram: true))
      }
    }
    files.append(File(name: "ssh_config", text: Redacted(sshConfiguration(in: folder))))
    return files
  }

  /// What git and ssh are told beside `GitEnvironment`.
  func variables(in folder: String) -> [String: String] {
    var variables = ["GIT_CONFIG_GLOBAL": "\(folder)/config"]
    guard url.scheme == .ssh else { return variables }
    // git runs this text with sh and appends its own arguments as "$@" (connect.c): the text is constant.
    variables["GIT_SSH_COMMAND"] = "ssh -F \"$WHIMBREL_SSH_CONFIG\""
    variables["GIT_SSH_VARIANT"] = "ssh"
    variables["WHIMBREL_SSH_CONFIG"] = "\(folder)/ssh_config"
    guard case .identity(_, _?) = credentials.proof else { return variables }
    variables["SSH_ASKPASS"] = "\(folder)/passphrase.sh"
    variables["SSH_ASKPASS_REQUIRE"] = "force"
    variables["WHIMBREL_PASSPHRASE"] = "\(folder)/passphrase"
    return variables
  }

  /// The value of a header `Authorization: Basic`; nil for other proofs.
  static func basic(_ proof: GitCredentials.Proof) -> String? {
    guard case .basic(let username, let password) = proof else { return nil }
    return Base64Text.encode(Array("\(username):\(password.reveal())".utf8))
  }

  // The header is bound to the scheme, host and port of the address, and redirects are not followed, so no other server
  // gets it. It is sent at once: git's own way would ask without, be refused, and ask again.
  private func configuration(in folder: String) -> String {
    var lines = ["[http]", "\tfollowRedirects = false"]
    if credentials.authority != nil { lines.append("\tsslCAInfo = \(Self.quoted("\(folder)/ca.pem"))") }
    let header: String? =
      switch credentials.proof {
      case .basic: Self.basic(credentials.proof).map { "Authorization: Basic \($0)" }
      case .bearer(let token): "Authorization: Bearer \(token.reveal())"
      case .none, .identity: nil
      }
    if let header {
      lines += ["[http \(Self.quoted("\(url.scheme.rawValue)://\(url.authority)/"))]"]
      lines += ["\textraHeader = \(Self.quoted(header))"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // ssh_config(5). With -F neither the user's nor the system's configuration is read.
  private func sshConfiguration(in folder: String) -> String {
    let hasPassphrase = if case .identity(_, _?) = credentials.proof { true } else { false }
    return """
      Host *
        StrictHostKeyChecking yes
        UserKnownHostsFile "\(folder)/known_hosts"
        GlobalKnownHostsFile /dev/null
        UpdateHostKeys no
        CheckHostIP no
        VerifyHostKeyDNS no
        IdentityFile "\(folder)/identity"
        IdentitiesOnly yes
        IdentityAgent none
        CertificateFile none
        PreferredAuthentications publickey
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        BatchMode \(hasPassphrase ? "no" : "yes")
        NumberOfPasswordPrompts 1
        ForwardAgent no
        ForwardX11 no
        ClearAllForwardings yes
        PermitLocalCommand no
        ControlMaster no
        ControlPath none
        ProxyCommand none
        CanonicalizeHostname no
        ConnectionAttempts 1
        ConnectTimeout 20
        ServerAliveInterval 10
        ServerAliveCountMax 3
        LogLevel ERROR

      """
  }

  /// A value of git's configuration, in double quotes (git-config(1), "Values").
  private static func quoted(_ text: String) -> String {
    "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
  }
}
