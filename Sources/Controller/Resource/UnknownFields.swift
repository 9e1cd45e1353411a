internal import Support

/// Finds fields of a spec that this version of the controller does not know: a newer resource definition let them in.
///
/// Which fields those are depends only on which fields there are, so that for many resources of one shape it is worked
/// out once.
enum UnknownFields {
  private static let known = Guarded<[Set<String>: [String]]>([:])
  // Far more shapes than people write.
  private static let limit = 256

  /// The paths below `spec`, sorted.
  static func of(_ spec: CitusMigrationSpec, asSent sent: FieldPaths) -> [String] {
    if let answer = known.withLock({ $0[sent.paths] }) { return answer }
    guard let read = FieldPaths(encoding: spec) else { return [] }
    let answer = sent.missing(in: read).map { "spec.\($0)" }
    known.withLock { known in
      if known.count >= limit { known.removeAll() }
      known[sent.paths] = answer
    }
    return answer
  }
}
