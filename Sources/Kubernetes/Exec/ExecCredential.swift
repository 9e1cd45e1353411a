internal import Support
internal import YAML

/// What a plugin made: a bearer token, a client certificate with its key, or both, and until when they serve.
struct ExecCredential: Sendable, Equatable {
  let token: Redacted<String>?
  /// PEM, with the certificates between it and the authority.
  let certificate: [UInt8]?
  /// PEM.
  let key: Redacted<[UInt8]>?
  /// Nil if it serves until the server refuses it.
  let expiration: Timestamp?

  /// Whether both would say the same to the server.
  func isSame(as other: ExecCredential) -> Bool {
    token == other.token && certificate == other.certificate && key == other.key
  }
}

extension ExecCredential {
  private struct Document: Decodable {
    struct Status: Decodable {
      let token: String?
      let clientCertificateData: String?
      let clientKeyData: String?
      let expirationTimestamp: String?
    }

    let apiVersion: String?
    let kind: String?
    let status: Status?
  }

  /// Reads what a plugin wrote: an ExecCredential as JSON, or as YAML, which some plugins write.
  ///
  /// - Throws: `KubernetesError` with code `credentials`; its message never quotes what was read.
  static func decode(_ output: [UInt8], version: ExecPlugin.Version) throws(KubernetesError) -> ExecCredential {
    let document = try document(output)
    guard document.kind == "ExecCredential", document.apiVersion == version.rawValue else {
      let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-")
      let found = "\(document.apiVersion ?? "") \(document.kind ?? "")".prefix(100).filter(allowed.union(" ").contains)
      throw invalid(
        "it wrote '\(found)' instead of '\(version.rawValue) ExecCredential'; "
          + "correct apiVersion in the kubeconfig, or use another version of the plugin")
    }
    guard let status = document.status else { throw invalid("its ExecCredential has no status") }
    return try ExecCredential(status)
  }

  private static func document(_ output: [UInt8]) throws(KubernetesError) -> Document {
    do throws(KubernetesError) {
      return try ObjectCoding.decode(Document.self, from: output, call: "")
    } catch {
      // Then it may be YAML.
    }
    do throws(YAMLError) {
      return try YAMLDecoder().decode(Document.self, from: output)
    } catch {
      // The error itself may quote what was read.
      throw invalid("it wrote no ExecCredential")
    }
  }

  private init(_ status: Document.Status) throws(KubernetesError) {
    func text(_ value: String?) -> String? { value.flatMap { $0.isEmpty ? nil : $0 } }
    token = text(status.token).map { Redacted($0) }
    certificate = text(status.clientCertificateData).map { Array($0.utf8) }
    key = text(status.clientKeyData).map { Redacted(Array($0.utf8)) }
    guard (certificate == nil) == (key == nil) else {
      throw Self.invalid("it wrote only one of clientCertificateData and clientKeyData")
    }
    guard token != nil || certificate != nil else {
      throw Self.invalid("it wrote neither a token nor a certificate with its key")
    }
    guard token?.reveal().utf8.allSatisfy({ (0x21...0x7E).contains($0) }) != false else {
      throw Self.invalid("its token holds a character that no bearer token may hold")
    }
    guard let expiration = text(status.expirationTimestamp) else {
      expiration = nil
      return
    }
    guard let moment = Self.moment(expiration) else {
      throw Self.invalid("its expirationTimestamp is no time of RFC 3339")
    }
    self.expiration = moment
  }

  /// RFC 3339 with any offset; `Timestamp` itself reads UTC alone, which is all that the API server writes.
  static func moment(_ text: String) -> Timestamp? {
    if let moment = Timestamp(rfc3339: text) { return moment }
    let offset = text.suffix(6)
    guard offset.count == 6, let sign = offset.first, sign == "+" || sign == "-",
      let base = Timestamp(rfc3339: text.dropLast(6) + "Z")
    else { return nil }
    let parts = offset.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
      let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
    else { return nil }
    let distance = Duration.seconds((hours * 60 + minutes) * 60)
    return base.advanced(by: sign == "+" ? .zero - distance : distance)
  }

  private static func invalid(_ what: String) -> KubernetesError {
    KubernetesError(code: .credentials, message: what)
  }
}
