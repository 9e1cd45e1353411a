@testable import MigrationSources
import Support
import Testing

@Suite("Calls of git")
struct GitCommandTests {
  private static let object = GitObjectName(String(repeating: "1", count: 40))
  private let command = GitCommand(limits: GitLimits())

  private func environment(
    _ credentials: GitCredentials = .anonymous, _ url: String = "https://h/r"
  ) throws -> GitEnvironment {
    GitEnvironment(
      folder: "/tmp/private", access: GitAccess(url: try GitURL(url), credentials: credentials),
      process: [
        "PATH": "/bin", "HTTPS_PROXY": "http://proxy", "GIT_SSL_NO_VERIFY": "1", "GIT_TRACE_CURL": "1", "HOME": "/root",
        "SSH_AUTH_SOCK": "/agent", "GIT_CONFIG_PARAMETERS": "'a.b'='c'", "LD_PRELOAD": "x", "PGPASSWORD": "p",
      ])
  }

  @Test("have their options first, then '--', then what a resource says")
  func vectors() throws {
    let url = try GitURL("https://h/r")
    let object = try #require(Self.object)
    #expect(
      command.listReferences(of: url, ["HEAD"]).vector
        == ["git", "ls-remote", "--quiet", "--exit-code", "--symref", "--", "https://h/r", "HEAD"])
    let fetch = command.fetch([object], into: "/c/w.git")
    #expect(
      fetch.vector == [
        "prlimit", "--core=0:0", "--fsize=268435456:268435456", "--as=2147483648:2147483648", "--", "git",
        "--git-dir=/c/w.git", "fetch", "--quiet", "--depth=1", "--filter=blob:none", "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules", "--no-auto-maintenance", "--stdin", "--", "origin",
      ])
    #expect(fetch.input == Array("\(object)\n".utf8))
    #expect(
      command.initialise("/c/w.git", .sha256).vector
        == ["git", "init", "--quiet", "--bare", "--template=", "--object-format=sha256", "--", "/c/w.git"])
    #expect(
      command.list(object, in: "/r").vector == ["git", "--git-dir=/r", "ls-tree", "-r", "-z", "-l", "--", "\(object)"])
    #expect(command.check(["a:b"], in: "/r").vector == ["git", "--git-dir=/r", "cat-file", "--batch-check"])
    #expect(
      command.verify(object, isTag: true, in: "/r").vector == [
        "git", "--git-dir=/r", "verify-tag", "--raw", "--", "\(object)",
      ])
    #expect(command.importKeys(["/p/a.asc"]).vector.suffix(3) == ["--import", "--", "/p/a.asc"])
    #expect(command.read([object], bytes: 100, in: "/r").outputBytes == 100 + 256)
  }

  @Test("get nothing of the controller's environment but the search path and proxies")
  func inherited() throws {
    let variables = try environment().variables(.none)
    #expect(
      variables["PATH"] == "/bin" && variables["HTTPS_PROXY"] == "http://proxy" && variables["HOME"] == "/tmp/private")
    for name in [
      "GIT_SSL_NO_VERIFY", "GIT_TRACE_CURL", "SSH_AUTH_SOCK", "GIT_CONFIG_PARAMETERS", "LD_PRELOAD", "PGPASSWORD",
    ] {
      #expect(variables[name] == nil, "\(name)")
    }
  }

  private static func settings(_ variables: [String: String]) -> [String: String] {
    (0..<(Int(variables["GIT_CONFIG_COUNT"] ?? "") ?? 0)).reduce(into: [:]) { settings, index in
      settings[variables["GIT_CONFIG_KEY_\(index)"] ?? ""] = variables["GIT_CONFIG_VALUE_\(index)"]
    }
  }

  @Test("are told to ask nobody, run nothing, follow nothing, and use one protocol")
  func safe() throws {
    let url = try GitURL("https://h/r")
    let variables = try environment().variables(.remote(url))
    let expected = [
      "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_CONFIG_SYSTEM": "/dev/null",
      "GIT_CONFIG_GLOBAL": "/tmp/private/config", "GIT_ALLOW_PROTOCOL": "https", "GIT_CEILING_DIRECTORIES": "/tmp",
      "GIT_PROTOCOL_FROM_USER": "0",
    ]
    for (name, value) in expected { #expect(variables[name] == value, "\(name)") }
    #expect(variables["GIT_SSH_COMMAND"] == nil)
    let settings = Self.settings(variables)
    for (name, value) in [
      "protocol.allow": "never", "protocol.https.allow": "always", "core.hooksPath": "/dev/null",
      "submodule.recurse": "false",
      "http.followRedirects": "false", "http.sslVerify": "true", "credential.helper": "",
      "remote.origin.url": "https://h/r",
      "transfer.unpackLimit": "1", "transfer.bundleURI": "false",
    ] { #expect(settings[name] == value, "\(name)") }
    let local = try environment().variables(.none, objects: "/c/objects")
    #expect(local["GIT_ALLOW_PROTOCOL"] == "" && local["GIT_CONFIG_GLOBAL"] == "/dev/null")
    #expect(local["GIT_OBJECT_DIRECTORY"] == "/c/objects" && Self.settings(local)["remote.origin.url"] == nil)
  }

  private static let basic = ["username": Redacted("bot"), "password": Redacted("s3cret\"\\")]
  private static let ssh = [
    "identity": Redacted("-----BEGIN OPENSSH PRIVATE KEY-----\nk3y\n-----END OPENSSH PRIVATE KEY-----"),
    "known_hosts": Redacted("h ssh-ed25519 AAAA"), "password": Redacted("phr4se"),
  ]

  @Test("have secrets in files alone: no argument and no variable holds one")
  func secrets() throws {
    for (values, text, forms) in [
      (Self.basic, "https://h:8443/r", ["s3cret", Base64Text.encode(Array("bot:s3cret\"\\".utf8))]),
      (["bearerToken": Redacted("t0ken\n")], "https://h:8443/r", ["t0ken"]),
      (Self.ssh, "ssh://git@h/r", ["k3y", "phr4se"]),
    ] {
      let url = try GitURL(text)
      let environment = try environment(GitCredentials(values, for: url), text)
      let variables = environment.variables(.remote(url))
      let files = environment.access.files(in: environment.folder)
      #expect(forms.contains { form in files.contains { $0.text.reveal().contains(form) } })
      for form in forms {
        #expect(!variables.values.contains { $0.contains(form) })
        #expect(!command.listReferences(of: url, []).vector.contains { $0.contains(form) })
        #expect(!"\(files)".contains(form) && !"\(environment)".contains(form))
      }
    }
  }

  @Test("send a header to one scheme, host and port")
  func header() throws {
    let url = try GitURL("https://h:8443/r")
    let access = GitAccess(url: url, credentials: try GitCredentials(["bearerToken": Redacted(" t0ken\n")], for: url))
    let text = try #require(access.files(in: "/p").first { $0.name == "config" }).text.reveal()
    #expect(text.contains("[http \"https://h:8443/\"]\n\textraHeader = \"Authorization: Bearer t0ken\"\n"))
  }

  @Test("start ssh with a constant text, which trusts known_hosts alone")
  func sshConfiguration() throws {
    let url = try GitURL("ssh://git@h/r")
    let access = GitAccess(url: url, credentials: try GitCredentials(Self.ssh, for: url))
    let variables = access.variables(in: "/p")
    #expect(variables["GIT_SSH_COMMAND"] == "ssh -F \"$WHIMBREL_SSH_CONFIG\"")
    let text = try #require(access.files(in: "/p").first { $0.name == "ssh_config" }).text.reveal()
    for line in [
      "StrictHostKeyChecking yes", "UserKnownHostsFile \"/p/known_hosts\"", "GlobalKnownHostsFile /dev/null",
      "IdentityAgent none",
      "PasswordAuthentication no", "ProxyCommand none", "PermitLocalCommand no", "UpdateHostKeys no",
    ] { #expect(text.contains("  \(line)\n"), "\(line)") }
  }

  @Test(
    "base64 is that of RFC 4648",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("\u{3FF}ÿ", "z7/Dvw=="),
    ])
  func base64(text: String, encoded: String) {
    #expect(Base64Text.encode(Array(text.utf8)) == encoded)
  }
}
