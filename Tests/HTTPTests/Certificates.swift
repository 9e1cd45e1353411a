import Glibc
import Support

/// Certificates for tests, made by the openssl tool in a temporary folder: two authorities, a server, a client.
///
/// The server's certificate names `server.test` and 127.0.0.1; `other` is the authority that signed nothing.
final class Certificates: Sendable {
  let folder: String

  static func make() async throws -> Certificates {
    try await BlockingWork.run { () throws(any Error) in try Certificates() }
  }

  private init() throws {
    var template = Array("/tmp/http-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ChildProcess.Failure(description: "mkdtemp: errno \(errno)") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for authority in ["authority", "other"] {
      try openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=\(authority)"
          + " -keyout \(authority).key -out \(authority).pem")
    }
    try issue("server", "subjectAltName=DNS:server.test,IP:127.0.0.1")
    try issue("client", "extendedKeyUsage=clientAuth")
  }

  deinit {
    try? ChildProcess.run(["rm", "-r", folder])
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func bytes(_ name: String) throws -> [UInt8] {
    guard let file = fopen(path(name), "r") else { throw ChildProcess.Failure(description: "no file \(name)") }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    let count = fread(&buffer, 1, buffer.count, file)
    return Array(buffer[..<count])
  }

  private func issue(_ name: String, _ extension: String) throws {
    try openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=\(name) -addext \(`extension`)"
        + " -keyout \(name).key -out \(name).csr")
    try openssl(
      "x509 -req -in \(name).csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2"
        + " -copy_extensions copy -out \(name).pem")
  }

  private func openssl(_ line: String) throws {
    let words = line.split(separator: " ").map { word in
      word.hasSuffix(".pem") || word.hasSuffix(".key") || word.hasSuffix(".csr") ? path(String(word)) : String(word)
    }
    try ChildProcess.run(["openssl"] + words)
  }
}
