internal import FoundationEssentials
internal import Glibc

/// A real web server on the loopback that hands out Git repositories over HTTPS: Apache with `git-http-backend`.
///
/// The same repositories are below `/public/`; below `/basic/` for a user and password; below `/bearer/` for a token.
/// `/moved/` redirects to `/public/`, and `/broken/` is answered with 503.
package struct GitWebServer: Sendable {
  private let folder: TemporaryDirectory
  package let port: Int
  /// PEM: who signed its certificate.
  package let authority: String
  /// PEM: who did not.
  package let strangeAuthority: String

  /// The user and the token that it takes.
  package static let (user, token) = ("bot", "t0ken-of-the-web-server")

  /// Why there is no such server; nil if there can be one.
  package static let unavailableReason: String? =
    access("/usr/sbin/apache2", X_OK) == 0 && access(backend, X_OK) == 0
    ? nil : "there is no Apache with git-http-backend; run infrastructure/dependencies test"
  private static let backend = "/usr/lib/git-core/git-http-backend"

  /// Runs `body` with a server.
  package static func run(_ body: (GitWebServer) async throws -> Void) async throws {
    let folder = try TemporaryDirectory()
    try await ToolRun.run("sh", ["-c", certificates], in: folder.path)
    let (socket, port) = LoopbackSocket.listening()
    close(socket)
    let server = GitWebServer(
      folder: folder, port: port,
      authority: try String(contentsOf: URL(filePath: folder.path + "/authority.crt"), encoding: .utf8),
      strangeAuthority: try String(contentsOf: URL(filePath: folder.path + "/strange.crt"), encoding: .utf8))
    try await server.setPassword("one")
    let file = try folder.write(server.configuration, to: "httpd.conf")
    // In a session of its own: when Apache ends, it ends its whole process group (server/mpm/prefork/prefork.c).
    _ = try await RunningProcess.run("setsid", ["/usr/sbin/apache2", "-f", file, "-D", "FOREGROUND"]) { process in
      _ = try await eventually("Apache listens", lastState: { process.output }) {
        let socket = LoopbackSocket.connected(to: port)
        guard socket >= 0 else { return nil as Bool? }
        close(socket)
        return true
      }
      try await body(server)
    }
  }

  /// The address of a repository below one of the folders.
  package func url(_ repository: String, below part: String = "public") -> String {
    "https://127.0.0.1:\(port)/\(part)/\(repository).git"
  }

  /// Makes a repository that it hands out.
  package func makeRepository(
    _ name: String, allowsFilter: Bool = true, format: String = "sha1"
  ) async throws -> GitRepository {
    try await GitRepository.make(
      at: "\(folder.path)/repositories/\(name).git", allowsFilter: allowsFilter, format: format)
  }

  /// Changes the password of the user.
  package func setPassword(_ password: String) async throws {
    let hash = try await ToolRun.run("openssl", ["passwd", "-apr1", password], in: folder.path)
    try folder.write("\(Self.user):\(hash)\n", to: "passwords")
    chmod(folder.path + "/passwords", 0o644)
  }

  /// The requests that were answered so far: method, path with query, status.
  package func requests() -> [String] {
    let text = (try? String(contentsOf: URL(filePath: folder.path + "/access.log"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  private var configuration: String {
    let modules = [
      "mpm_prefork", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "alias", "env", "setenvif",
      "cgi", "ssl",
    ]
    return """
      ServerName 127.0.0.1
      ServerRoot "\(folder.path)"
      DefaultRuntimeDir "\(folder.path)"
      PidFile "\(folder.path)/httpd.pid"
      Listen 127.0.0.1:\(port)
      \(modules.map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so" }.joined(separator: "\n"))
      \(geteuid() == 0 ? "User www-data\nGroup www-data" : "")
      ErrorLog "\(folder.path)/error.log"
      CustomLog "\(folder.path)/access.log" "%m %U%q %>s"
      StartServers 2
      SSLEngine on
      SSLCertificateFile "\(folder.path)/server.crt"
      SSLCertificateKeyFile "\(folder.path)/server.key"
      SetEnv GIT_PROJECT_ROOT "\(folder.path)/repositories"
      SetEnv GIT_HTTP_EXPORT_ALL 1
      SetEnv GIT_CONFIG_COUNT 1
      SetEnv GIT_CONFIG_KEY_0 safe.directory
      SetEnv GIT_CONFIG_VALUE_0 *
      SetEnvIf Git-Protocol ".+" GIT_PROTOCOL=$0
      ScriptAlias /public/ \(Self.backend)/
      ScriptAlias /basic/ \(Self.backend)/
      ScriptAlias /bearer/ \(Self.backend)/
      Redirect 301 /moved/ https://127.0.0.1:\(port)/public/
      Redirect 503 /broken/
      <Location /basic/>
        AuthType Basic
        AuthName git
        AuthUserFile "\(folder.path)/passwords"
        Require valid-user
      </Location>
      <Location /bearer/>
        Require expr %{HTTP:Authorization} == 'Bearer \(Self.token)'
      </Location>

      """
  }

  private static let certificates = """
    set -e
    for name in authority strange; do
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$name" \
        -keyout $name.key -out $name.crt
    done
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=server -keyout server.key -out server.csr
    echo 'subjectAltName=DNS:localhost,IP:127.0.0.1' >server.ext
    openssl x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 30 \
      -extfile server.ext -out server.crt
    mkdir repositories
    """
}
