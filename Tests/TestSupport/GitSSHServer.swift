internal import FoundationEssentials
internal import Glibc

/// A real sshd on the loopback that hands out Git repositories, with a host key and an authorized key of its own.
package struct GitSSHServer: Sendable {
  private let folder: TemporaryDirectory
  package let port: Int
  /// The private key that it takes.
  package let identity: String
  /// The same key, encrypted with `passphrase`.
  package let lockedIdentity: String
  /// A private key that it does not take.
  package let strangeIdentity: String
  /// Its own key, as `known_hosts` has it.
  package let knownHosts: String
  /// Another key, as if it were this server's.
  package let strangeKnownHosts: String

  package static let passphrase = "phrase of the locked identity"

  /// Why there is no such server; nil if there can be one.
  package static let unavailableReason: String? =
    access("/usr/sbin/sshd", X_OK) == 0 ? nil : "there is no sshd; run infrastructure/dependencies test"

  /// Runs `body` with a server.
  package static func run(_ body: (GitSSHServer) async throws -> Void) async throws {
    let folder = try TemporaryDirectory()
    try await ToolRun.run("sh", ["-c", keys, passphrase], in: folder.path)
    let (socket, port) = LoopbackSocket.listening()
    close(socket)
    // sshd started by root gives up its rights in this folder.
    if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
    func text(_ name: String) throws -> String {
      try String(contentsOf: URL(filePath: "\(folder.path)/\(name)"), encoding: .utf8)
    }
    func known(_ name: String) throws -> String {
      "[127.0.0.1]:\(port) " + (try text(name)).split(separator: " ").prefix(2).joined(separator: " ")
    }
    let server = GitSSHServer(
      folder: folder, port: port, identity: try text("identity"), lockedIdentity: try text("locked"),
      strangeIdentity: try text("strange"), knownHosts: try known("host.pub"),
      strangeKnownHosts: try known("strange.pub"))
    let file = try folder.write(server.configuration, to: "sshd_config")
    _ = try await RunningProcess.run("/usr/sbin/sshd", ["-D", "-e", "-f", file]) { process in
      try await process.waitForOutput("Server listening")
      try await body(server)
    }
  }

  /// The address of a repository.
  package func url(_ repository: String) -> String {
    let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    return "ssh://\(user)@127.0.0.1:\(port)\(folder.path)/repositories/\(repository).git"
  }

  /// Makes a repository that it hands out.
  package func makeRepository(_ name: String) async throws -> GitRepository {
    try await GitRepository.make(at: "\(folder.path)/repositories/\(name).git")
  }

  private var configuration: String {
    """
    ListenAddress 127.0.0.1
    Port \(port)
    HostKey \(folder.path)/host
    PidFile none
    AuthorizedKeysFile \(folder.path)/authorized_keys
    StrictModes no
    UsePAM no
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    PermitRootLogin prohibit-password
    PrintMotd no
    """
  }

  private static let keys = """
    set -e
    for name in host identity strange; do ssh-keygen -q -t ed25519 -N '' -C $name -f $name; done
    cp identity.pub authorized_keys
    cp identity locked
    ssh-keygen -q -p -P '' -N "$0" -f locked
    mkdir repositories
    """
}
