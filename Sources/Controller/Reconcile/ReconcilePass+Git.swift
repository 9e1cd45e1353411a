internal import Kubernetes
internal import Logging
internal import MigrationCore
internal import MigrationSources
internal import Support

// The source that is a Git repository, with the Secrets of the resource's own namespace.
extension ReconcilePass {
  func gitSnapshot(_ request: GitRequest) async throws -> SourceSnapshot {
    guard let git = context.git else {
      throw SourceError(.invalid, "spec.migrations.git: this controller reads no Git repositories")
    }
    var credentials = GitCredentials.anonymous
    if let name = spec.migrations.git?.secretRef?.name {
      credentials = try GitCredentials(try await values(ofSecret: name, "secretRef"), for: request.url)
    }
    var keys: GitKeys?
    if let name = spec.migrations.git?.verify?.secretRef.name {
      keys = try GitKeys(try await values(ofSecret: name, "verify.secretRef"))
    }
    let snapshot = try await git.snapshot(
      of: request, with: credentials, keys: keys, reading: reading.settings.naming.suffixes,
      after: object.status?.source?.revision)
    for warning in snapshot.warnings {
      context.logger.warning("the source is odd", metadata: ["resource": "\(object.key)", "warning": "\(warning)"])
      context.announce(
        Announcement(isWarning: true, "SourceWarning", action: "Fetch", warning), regarding: object)
    }
    return snapshot
  }

  private func values(ofSecret name: String, _ field: String) async throws(SourceError) -> [String: Redacted<String>] {
    do throws(KubernetesError) {
      let secret = try await context.client.get(Secret.self, name: name, namespace: object.metadata.namespace)
      return secret.data.keys.reduce(into: [:]) { $0[$1] = secret.text($1) }
    } catch {
      guard error.code == .notFound else {
        throw SourceError(.unavailable, "Secret '\(name)' of spec.migrations.git.\(field): \(error.message)")
      }
      throw SourceError(
        .notFound,
        "Secret '\(name)' of spec.migrations.git.\(field) does not exist in namespace "
          + "'\(object.metadata.namespace ?? "")'; create it")
    }
  }
}
