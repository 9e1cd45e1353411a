internal import Kubernetes
package import Postgres
package import Support

/// Why the connection parameters could not be put together.
package struct TargetProblem: Error, Sendable, Equatable {
  package let reason: Reason
  package let summary: String
  package let message: String
}

/// Puts connection parameters together from a spec and the values that its Secrets hold: a pure function.
package enum TargetResolution {
  /// The names of all Secrets that a cluster refers to, sorted.
  package static func secretNames(_ cluster: ClusterSpec) -> [String] {
    Set(cluster.values.compactMap(\.value.secretKeyRef?.name)).sorted()
  }

  /// Resolves every field.
  ///
  /// `secrets` holds the Secrets of the resource's own namespace by name; one that is missing there does not exist.
  /// - Throws: `TargetProblem`, which names the Secret and key but never a value.
  package static func parameters(
    _ cluster: ClusterSpec, secrets: [String: [String: Redacted<String>]], applicationName: String
  ) throws(TargetProblem) -> ConnectionParameters {
    let reader = FieldReader(secrets: secrets)
    var parameters: ConnectionParameters
    if let uri = try reader.text("spec.cluster.uri", cluster.uri) {
      do throws(PostgresError) {
        parameters = try ConnectionParameters(uri: uri, defaultMode: .verifyFull)
      } catch {
        throw invalid("spec.cluster.uri: \(error.message)")
      }
    } else {
      let port = try reader.text("spec.cluster.port", cluster.port)?.reveal() ?? "5432"
      guard let number = Int(port), (1...65535).contains(number) else {
        throw invalid("spec.cluster.port: must be a number between 1 and 65535")
      }
      parameters = ConnectionParameters(
        host: try reader.text("spec.cluster.host", cluster.host)?.reveal() ?? "", port: number,
        database: try reader.text("spec.cluster.database", cluster.database)?.reveal() ?? "",
        user: try reader.text("spec.cluster.username", cluster.username)?.reveal() ?? "",
        password: try reader.text("spec.cluster.password", cluster.password))
      parameters.tls.mode = .verifyFull
    }
    if let tls = cluster.tls {
      try apply(tls, to: &parameters, reader)
    }
    parameters.applicationName = applicationName
    return parameters
  }

  private static func apply(
    _ tls: ClusterSpec.TLSSpec, to parameters: inout ConnectionParameters, _ reader: FieldReader
  ) throws(TargetProblem) {
    if let mode = tls.mode {
      guard let known = TLS.Mode(rawValue: mode) else {
        let modes = TLS.Mode.allCases.map(\.rawValue).joined(separator: ", ")
        throw invalid("spec.cluster.tls.mode: '\(mode.prefix(32))' is not one of \(modes)")
      }
      parameters.tls.mode = known
    }
    if let authority = try reader.text("spec.cluster.tls.ca", tls.ca) {
      parameters.tls.certificateAuthority = authority.reveal()
    }
    if let certificate = try reader.text("spec.cluster.tls.certificate", tls.certificate) {
      parameters.tls.certificate = certificate.reveal()
    }
    parameters.tls.key = try reader.text("spec.cluster.tls.key", tls.key) ?? parameters.tls.key
  }

  private static func invalid(_ message: String) -> TargetProblem {
    TargetProblem(reason: .invalidSpec, summary: "Invalid spec", message: message)
  }
}

private struct FieldReader {
  let secrets: [String: [String: Redacted<String>]]

  func text(_ path: String, _ field: ValueSpec?) throws(TargetProblem) -> Redacted<String>? {
    guard let field else { return nil }
    if let value = field.value { return Redacted(value) }
    guard let reference = field.secretKeyRef else { return nil }
    guard let secret = secrets[reference.name] else {
      throw TargetProblem(
        reason: .secretNotFound, summary: "Waiting for Secret \(reference.name)",
        message: "\(path): Secret '\(reference.name)' does not exist in this namespace; create it with key "
          + "'\(reference.key)'")
    }
    guard let value = secret[reference.key] else {
      let keys = secret.keys.sorted().joined(separator: ", ")
      throw TargetProblem(
        reason: .secretNotFound, summary: "Waiting for Secret \(reference.name)",
        message: "\(path): Secret '\(reference.name)' has no text under key '\(reference.key)'"
          + (keys.isEmpty ? "" : "; it has \(keys)"))
    }
    return value
  }
}
