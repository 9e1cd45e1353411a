internal import MigrationSources
internal import Support

/// Reads `spec.migrations.git`, with everything that is wrong with it, by path.
struct GitReader {
  private static let path = "spec.migrations.git"
  var problems: [String] = []

  /// What is asked of the repository; nil if something is wrong.
  mutating func read(_ spec: GitSpec) -> GitRequest? {
    let url = take { () throws(SourceError) in try GitURL(spec.url) }
    if url?.scheme == .ssh, spec.secretRef == nil {
      problems.append("\(Self.path).secretRef: is required for ssh, with identity and known_hosts")
    }
    let reference = take { () throws(SourceError) in
      try GitReference(
        branch: spec.ref?.branch, tag: spec.ref?.tag, semver: spec.ref?.semver, commit: spec.ref?.commit)
    }
    let mode = spec.verify.map { $0.mode ?? GitVerification.head.rawValue }
    let verification = mode.flatMap(GitVerification.init(rawValue:))
    if let mode, verification == nil {
      let modes = GitVerification.allCases.map(\.rawValue).joined(separator: ", ")
      problems.append("\(Self.path).verify.mode: '\(mode.prefix(32))' is not one of \(modes)")
    }
    guard let url, let reference else { return nil }
    return take { () throws(SourceError) in
      try GitRequest(url: url, reference: reference, path: spec.path ?? "", verification: verification)
    }
  }

  private mutating func take<Value>(_ body: () throws(SourceError) -> Value) -> Value? {
    do throws(SourceError) {
      return try body()
    } catch {
      problems.append("\(Self.path): \(error.message)")
      return nil
    }
  }
}
