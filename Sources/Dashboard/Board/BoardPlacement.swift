internal import Controller
package import Kubernetes

/// What decides where on the board a resource stands.
package struct BoardPlacement: Sendable, Hashable {
  package let key: ObjectKey
  /// Its column; empty where nothing tells.
  package let environment: String
  /// What is left of namespace and name without the words for the environment: the same for all stages of one thing.
  package let subject: Subject
  /// The resources of this cluster that come before it.
  package let upstreams: [ObjectKey]

  /// What is promoted.
  package struct Subject: Sendable, Hashable, Comparable {
    package let name: String
    package let group: String

    package static func < (left: Subject, right: Subject) -> Bool {
      (left.name, left.group) < (right.name, right.group)
    }
  }

  /// The label that says which environment a resource belongs to.
  package static let label = "whimbrel.dev/environment"

  /// Words for environments, as people write them into names, and what they stand for; in the order of promotion.
  static let words: [(environment: String, spellings: Set<String>)] = [
    ("dev", ["dev", "develop", "development"]), ("test", ["test", "testing", "tst"]), ("int", ["int", "integration"]),
    ("qa", ["qa"]), ("uat", ["uat", "acceptance"]), ("staging", ["staging", "stage", "stg"]),
    ("preprod", ["preprod", "preproduction"]), ("prod", ["prod", "production", "prd", "live"]),
  ]

  /// The place of a resource: by its label, else by a word in its namespace, else by one in its name.
  init(_ resource: CitusMigration) {
    key = resource.key
    let namespace = resource.metadata.namespace ?? ""
    let name = resource.metadata.name
    let label = resource.metadata.labels[Self.label].flatMap { $0.isEmpty ? nil : $0 }
    let named = Self.environment(in: namespace) ?? Self.environment(in: name)
    environment = label.map { Self.environment(word: $0) ?? $0 } ?? named ?? ""
    let spellings = Self.words.first { [environment] in $0.environment == environment }?.spellings ?? [environment]
    subject = Subject(
      name: Self.removing(spellings, from: name) ?? name, group: Self.removing(spellings, from: namespace) ?? "")
    upstreams = (resource.spec?.promotion?.after ?? []).compactMap { upstream in
      guard upstream.kubeConfig == nil, let name = upstream.name else { return nil }
      return ObjectKey(namespace: upstream.namespace ?? resource.metadata.namespace, name: name)
    }
  }

  private static func parts(_ name: String) -> [Substring] { name.split { "-._".contains($0) } }

  private static func environment(in name: String) -> String? {
    parts(name).lazy.compactMap { environment(word: String($0)) }.first
  }

  private static func environment(word: String) -> String? {
    words.first { $0.spellings.contains(word.lowercased()) }?.environment
  }

  // The first part that is one of the words goes; nil where nothing is left.
  private static func removing(_ words: Set<String>, from name: String) -> String? {
    var parts = parts(name)
    guard let index = parts.firstIndex(where: { words.contains($0.lowercased()) }) else { return name }
    parts.remove(at: index)
    return parts.isEmpty ? nil : parts.joined(separator: "-")
  }
}
