/// All of the environment of git: pure, and nothing of the controller's but the search path and proxies.
struct GitEnvironment: Sendable {
  /// Which transport may be used.
  enum Network: Sendable, Equatable {
    case none
    case remote(GitURL)
  }

  /// Of the controller's own environment, what git gets.
  private static let inherited = [
    "PATH", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy",
  ]

  /// Where nothing else is, for the look that goes on.
  let folder: String
  let access: GitAccess
  /// The controller's own.
  let process: [String: String]

  /// The variables of a call.
  /// - Parameters:
  ///   - objects: where a repository has its objects if not in itself.
  ///   - settings: more of git's configuration.
  func variables(_ network: Network, objects: String? = nil, settings: [(String, String)] = []) -> [String: String] {
    var variables = process.filter { Self.inherited.contains($0.key) }
    // What git and ssh say is looked through for texts, in English.
    variables["LC_ALL"] = "C"
    variables["HOME"] = folder
    variables["TMPDIR"] = folder
    variables["XDG_CONFIG_HOME"] = folder
    variables["GNUPGHOME"] = folder
    variables["GIT_CEILING_DIRECTORIES"] = "/" + folder.split(separator: "/").dropLast().joined(separator: "/")
    variables["GIT_CONFIG_NOSYSTEM"] = "1"
    variables["GIT_CONFIG_SYSTEM"] = "/dev/null"
    variables["GIT_ATTR_NOSYSTEM"] = "1"
    variables["GIT_TERMINAL_PROMPT"] = "0"
    variables["GIT_ASKPASS"] = ""
    variables["GIT_NO_REPLACE_OBJECTS"] = "1"
    variables["GIT_NO_LAZY_FETCH"] = "1"
    variables["GIT_PROTOCOL_FROM_USER"] = "0"
    variables["GIT_OBJECT_DIRECTORY"] = objects
    var settings = Self.always + settings
    switch network {
    case .none:
      variables["GIT_ALLOW_PROTOCOL"] = ""
      variables["GIT_CONFIG_GLOBAL"] = "/dev/null"
    case .remote(let url):
      variables["GIT_ALLOW_PROTOCOL"] = url.scheme.rawValue
      variables.merge(access.variables(in: folder)) { $1 }
      settings += [("protocol.\(url.scheme.rawValue).allow", "always"), ("remote.origin.url", url.text)]
    }
    variables["GIT_CONFIG_COUNT"] = "\(settings.count)"
    for (index, setting) in settings.enumerated() {
      variables["GIT_CONFIG_KEY_\(index)"] = setting.0
      variables["GIT_CONFIG_VALUE_\(index)"] = setting.1
    }
    return variables
  }

  // git-config(1).
  private static let always: [(String, String)] = [
    ("protocol.allow", "never"), ("protocol.version", "2"),
    ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("core.askPass", ""), ("credential.helper", ""),
    ("submodule.recurse", "false"), ("fetch.recurseSubmodules", "false"), ("transfer.bundleURI", "false"),
    ("http.followRedirects", "false"), ("http.sslVerify", "true"), ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "30"),
    // Always one pack, whose size is limited, and never loose files.
    ("transfer.unpackLimit", "1"), ("fetch.unpackLimit", "1"), ("core.bigFileThreshold", "16m"),
    ("pack.threads", "1"), ("fetch.negotiationAlgorithm", "noop"), ("fetch.writeCommitGraph", "false"),
    ("gc.auto", "0"), ("maintenance.auto", "false"), ("init.defaultBranch", "main"),
  ]
}
