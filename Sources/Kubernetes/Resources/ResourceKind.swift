/// What a type of object is called in the API.
package struct ResourceKind: Sendable, Hashable {
  /// The API group; empty for the core group.
  package let group: String
  /// The version, such as `v1`.
  package let version: String
  /// The plural in paths, such as `configmaps`.
  package let plural: String
  /// The kind in objects, such as `ConfigMap`.
  package let kind: String
  /// Whether objects live in namespaces.
  package let isNamespaced: Bool

  /// Names a type of object.
  package init(group: String = "", version: String, plural: String, kind: String, isNamespaced: Bool = true) {
    self.group = group
    self.version = version
    self.plural = plural
    self.kind = kind
    self.isNamespaced = isNamespaced
  }

  /// `group/version`, or the version alone in the core group.
  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}
