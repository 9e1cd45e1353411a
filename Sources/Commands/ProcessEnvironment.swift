internal import Glibc

/// What the process is told from outside.
enum ProcessEnvironment {
  /// The environment variables at the start of the process.
  static var all: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let mark = text.firstIndex(of: "=") {
        variables[String(text[..<mark])] = String(text[text.index(after: mark)...])
      }
      next += 1
    }
    return variables
  }

  /// Where the process runs; `/` if that is gone.
  static var currentDirectory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  /// Opens what the caller closed of the three standard streams on `/dev/null`.
  ///
  /// Else the next file or socket would get their number, and the result would be written to the server. To be called
  /// before anything is opened.
  static func openStandardStreams() {
    for descriptor in CInt(0)...2 where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest free number is the one that is missing.
      _ = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
    }
  }

  /// Takes libpq's own variables out of the environment.
  ///
  /// `PGSERVICE`, `PGPASSWORD`, `PGOPTIONS` and the like would count where a resource says nothing; what a connection is
  /// made of comes from the resource alone. To be called before anything connects.
  static func dropConnectionDefaults() {
    for name in all.keys where name.hasPrefix("PG") {
      unsetenv(name)
    }
  }

  /// The host's name and a random part: no two processes ever share it, as client-go's leader election has it.
  static var uniqueIdentity: String {
    var buffer = [CChar](repeating: 0, count: 256)
    let host =
      gethostname(&buffer, buffer.count - 1) == 0
      ? String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "unknown"
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(host)_\(random)"
  }
}
