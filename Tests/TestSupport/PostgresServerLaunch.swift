internal import Glibc
internal import Postgres
internal import Subprocess
internal import Support

/// The steps from an empty folder to a server that answers.
struct PostgresServerLaunch {
  private let binaries: String
  private let settings: [String]
  private let directory: String
  private let port: Int
  private let password: String

  init(binaries: String, settings: [String]) throws {
    self.binaries = binaries
    self.settings = settings
    directory = try Self.makeDirectory()
    port = try Self.freePort()
    password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
  }

  func run() async throws -> PostgresServer {
    let certificates = try await PostgresServerCertificates.make(in: directory, command: command)
    try write("password", password + "\n")
    try await command(
      "\(binaries)/initdb",
      [
        "-D", data, "-U", PostgresServer.user, "--pwfile=\(directory)/password", "-A", "scram-sha-256", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-sync", "--no-instructions",
      ])
    try write("data/postgresql.auto.conf", configuration)
    let rules = [
      "hostssl all certified all cert", "local all all scram-sha-256", "host all all all scram-sha-256",
    ]
    try write("data/pg_hba.conf", rules.joined(separator: "\n") + "\n")
    try await command("\(binaries)/pg_ctl", ["-D", data, "-l", "\(directory)/log", "-w", "-t", "60", "start"])
    try await command("/bin/sh", ["-c", watchdog])
    return PostgresServer(
      port: port, password: Redacted(password), directory: directory, certificates: certificates)
  }

  private var data: String { "\(directory)/data" }

  private var configuration: String {
    let lines = [
      "listen_addresses = '127.0.0.1'", "port = \(port)", "unix_socket_directories = '\(directory)'",
      "max_connections = 260", "fsync = off", "full_page_writes = off",
      "shared_buffers = '32MB'", "ssl = on", "ssl_cert_file = '\(directory)/server.crt'",
      "ssl_key_file = '\(directory)/server.key'", "ssl_ca_file = '\(directory)/authority.crt'",
    ]
    return (lines + settings).joined(separator: "\n") + "\n"
  }

  /// A process that outlives this one by seconds: a test process that crashes must not leave a server behind.
  private var watchdog: String {
    """
    (while kill -0 \(getpid()) 2>/dev/null || [ -d /proc/\(getpid()) ]; do sleep 1; done
    '\(binaries)/pg_ctl' -D '\(data)' -m immediate -w stop
    rm -rf '\(directory)') </dev/null >/dev/null 2>&1 &
    """
  }

  /// Runs a command as the server's user; throws with its output if it fails.
  func command(_ program: String, _ arguments: [String]) async throws {
    var words = [program] + arguments
    if getuid() == 0 {
      words = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + words
    }
    // The shell changes the folder: the library's own way needs a path type of another package.
    let script = "cd \"$0\" && exec \"$@\""
    let result = try await Subprocess.run(
      .name("sh"), arguments: Arguments(["-c", script, directory] + words), output: .discarded,
      error: .string(limit: 64 << 10))
    guard result.terminationStatus.isSuccess else {
      throw PostgresServerError(
        message: "\(program) ended with \(result.terminationStatus): \(result.standardError)")
    }
  }

  private func write(_ name: String, _ text: String) throws {
    let path = "\(directory)/\(name)"
    guard let file = fopen(path, "w") else {
      throw PostgresServerError(message: "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    fputs(text, file)
    chmod(path, 0o600)
    try Self.giveAway(path)
  }

  private static func giveAway(_ path: String) throws {
    guard getuid() == 0 else {
      return
    }
    guard let user = getpwnam("postgres"), chown(path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
      throw PostgresServerError(message: "as root, the tests need a user named postgres to run PostgreSQL as")
    }
  }

  private static func makeDirectory() throws -> String {
    let root = TemporaryDirectory.memory
    var template = Array("\(root)/whimbrel-pg-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw PostgresServerError(message: "cannot make a folder in \(root): \(String(cString: strerror(errno)))")
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try giveAway(path)
    return path
  }

  /// A port that nobody uses now.
  private static func freePort() throws -> Int {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) == 0 ? getsockname(socket, address, &length) : -1
      }
    }
    guard status == 0 else {
      throw PostgresServerError(message: "no free port: \(String(cString: strerror(errno)))")
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
