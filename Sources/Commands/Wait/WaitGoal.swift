internal import Controller
internal import Kubernetes
internal import MigrationCore

/// What `whimbrel wait` waits for, and whether a resource is there: a value, without network and time.
enum WaitGoal: Sendable, Equatable {
  /// Everything is applied, or as much as the gates let through.
  case ready
  /// This version and all before it are applied.
  case version(MigrationVersion)
  /// Everything is applied of a source with this digest.
  case digest(String)
  /// A condition has a status.
  case condition(type: String, status: String)

  /// Reads `ready`, `version=V`, `digest=sha256:...`, `condition=TYPE` or `condition=TYPE=STATUS`; nil for anything else.
  init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    switch (parts.first?.lowercased(), parts.count) {
    case ("ready", 1): self = .ready
    case ("version", 2):
      guard let version = try? MigrationVersion(parts[1]) else { return nil }
      self = .version(version)
    case ("digest", 2):
      let digits = parts[1].hasPrefix("sha256:") ? String(parts[1].dropFirst(7)) : parts[1]
      // So many digits as a revision shows, at least; fewer would fit too much.
      guard (12...64).contains(digits.utf8.count), digits.allSatisfy({ "0123456789abcdef".contains($0) }) else {
        return nil
      }
      self = .digest("sha256:\(digits)")
    case ("condition", 2...3):
      guard !parts[1].isEmpty else { return nil }
      let status = parts.count == 3 ? parts[2] : "True"
      guard let known = ["True", "False", "Unknown"].first(where: { $0.lowercased() == status.lowercased() }) else {
        return nil
      }
      self = .condition(type: parts[1], status: known)
    default: return nil
    }
  }

  /// For messages: `to be Ready`.
  var description: String {
    switch self {
    case .ready: "to be Ready"
    case .version(let version): "to be at version \(version)"
    case .digest(let digest): "to have applied \(digest.prefix(19))"
    case .condition(let type, let status): "for \(type)=\(status)"
    }
  }

  /// What a look at the resource came to.
  enum Finding: Sendable, Equatable {
    case reached(String)
    /// Not yet, and why; whether a person is needed.
    case waiting(String, isStalled: Bool)
  }

  /// Judges a resource as it is.
  func judge(_ object: CitusMigration) -> Finding {
    let status = object.status
    guard isReached(object) else {
      let stalled = status?.condition(.stalled).map { $0.status == "True" } ?? false
      return .waiting(Self.reason(object), isStalled: stalled)
    }
    let version = status?.currentVersion.map { ", version \($0)" } ?? ""
    return .reached("\(status?.summary ?? "there")\(version)")
  }

  private func isReached(_ object: CitusMigration) -> Bool {
    guard object.metadata.deletionTimestamp == nil, let status = object.status else { return false }
    switch self {
    case .ready: return Self.isReady(object)
    case .digest(let digest): return Self.isReady(object) && status.source?.digest.hasPrefix(digest) == true
    case .version(let wanted):
      // What was applied stays so, whatever the resource says meanwhile. A version that was passed over counts as missing.
      guard let current = status.currentVersion.flatMap({ try? MigrationVersion($0) }), current >= wanted else {
        return false
      }
      let pending = (status.plan?.steps ?? []).compactMap(\.version).compactMap { try? MigrationVersion($0) }
      return pending.allSatisfy { $0 > wanted }
    case .condition(let type, let wanted):
      guard let condition = status.conditions?.first(where: { $0.type == type }), condition.status == wanted else {
        return false
      }
      return (condition.observedGeneration ?? .max) >= (object.metadata.generation ?? 0)
    }
  }

  private static func isReady(_ object: CitusMigration) -> Bool {
    guard let status = object.status, status.condition(.ready)?.status == "True" else { return false }
    return status.observedGeneration == object.metadata.generation
  }

  private static func reason(_ object: CitusMigration) -> String {
    if object.metadata.deletionTimestamp != nil { return "the resource is being deleted" }
    guard let status = object.status, let ready = status.condition(.ready) else {
      return "no controller has reported on it yet"
    }
    guard ready.status != "True" else {
      return status.observedGeneration == object.metadata.generation
        ? "it is \(status.summary ?? "Ready") at version \(status.currentVersion ?? "none"), source \(status.source?.revision ?? "unknown")"
        : "the controller has not seen its last change yet"
    }
    return "\(status.summary ?? ready.reason): \(ready.message.split(separator: "\n").first ?? "")"
  }
}
