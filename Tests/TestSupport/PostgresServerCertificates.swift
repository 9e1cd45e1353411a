internal import Glibc
package import Support

/// What TLS tests need, as PEM text.
package struct PostgresServerCertificates: Sendable {
  /// Signed the server's certificate, which is for `localhost` and 127.0.0.2 only.
  package let authority: String
  /// Signed nothing here.
  package let strangeAuthority: String
  /// The certificate of the role `certified`.
  package let client: String
  /// Its key.
  package let clientKey: Redacted<String>

  static func make(
    in directory: String, command: (_ program: String, _ arguments: [String]) async throws -> Void
  ) async throws -> PostgresServerCertificates {
    let script = """
      set -e
      umask 077
      for name in authority strange; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$name" \
          -keyout $name.key -out $name.crt
      done
      for name in server certified; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" \
          -keyout $name.key -out $name.csr
      done
      echo 'subjectAltName=DNS:localhost,IP:127.0.0.2' >server.ext
      openssl x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 30 \
        -extfile server.ext -out server.crt
      openssl x509 -req -in certified.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 30 \
        -out certified.crt
      """
    try await command("/bin/sh", ["-c", script])
    return PostgresServerCertificates(
      authority: try text("\(directory)/authority.crt"), strangeAuthority: try text("\(directory)/strange.crt"),
      client: try text("\(directory)/certified.crt"), clientKey: Redacted(try text("\(directory)/certified.key")))
  }

  private static func text(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else {
      throw PostgresServerError(message: "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
