internal import CLibPQ
internal import Glibc
internal import Support

/// Certificates and key as libpq wants them, which is as paths of files, without a file on any disk.
///
/// Each text stands in an anonymous file in memory (`memfd_create`), mode 0600, which libpq opens as
/// `/proc/self/fd/N`. Freed with this value: keep it until the connection stands.
struct TLSMaterial: ~Copyable {
  private static let systemStores = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
  ]
  /// A path that cannot exist, so that libpq does not look into the home folder.
  static let nowhere = "/dev/null/none"

  private var descriptors: [Int32] = []
  private(set) var options: [(keyword: String, value: String)] = []

  init(_ tls: TLS) throws(PostgresError) {
    options.append(("sslmode", tls.mode.rawValue))
    if let authority = tls.certificateAuthority {
      options.append(("sslrootcert", try file(authority)))
    } else if tls.mode == .verifyCA || tls.mode == .verifyFull {
      options.append(("sslrootcert", Self.systemStores.first { access($0, R_OK) == 0 } ?? Self.nowhere))
    } else {
      options.append(("sslrootcert", Self.nowhere))
    }
    options.append(
      ("sslcert", try tls.certificate.map { text throws(PostgresError) in try file(text) } ?? Self.nowhere))
    options.append(("sslkey", try tls.key.map { key throws(PostgresError) in try file(key.reveal()) } ?? Self.nowhere))
    options.append(("sslcrl", Self.nowhere))
  }

  deinit {
    for descriptor in descriptors {
      close(descriptor)
    }
  }

  private mutating func file(_ text: String) throws(PostgresError) -> String {
    let descriptor = cshim_anonymous_file("tls")
    guard descriptor >= 0 else {
      throw Self.failure("create")
    }
    descriptors.append(descriptor)
    guard fchmod(descriptor, 0o600) == 0 else {
      throw Self.failure("protect")
    }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else {
        throw Self.failure("write")
      }
      rest = rest.dropFirst(written)
    }
    return "/proc/self/fd/\(descriptor)"
  }

  private static func failure(_ step: String) -> PostgresError {
    PostgresError(
      code: .connectionFailed,
      message: "cannot \(step) a file in memory for the TLS certificates: \(String(cString: strerror(errno)));"
        + " check the limits on memory and open files",
      isTransient: true)
  }
}
