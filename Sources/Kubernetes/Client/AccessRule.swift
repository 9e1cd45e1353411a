/// What RBAC has to grant for one call: a verb on a resource, in a namespace or in all of them.
struct AccessRule: Sendable, Hashable {
  /// RBAC's verb, which is `update` for a call that replaces.
  let verb: String
  let group: String
  /// The plural, with its subresource: `citusmigrations/status`.
  let resource: String
  /// Nil for all namespaces, and for objects outside of them.
  let namespace: String?

  /// What to add where, in the words of a Role.
  var advice: String {
    let place = namespace.map { "a Role in namespace '\($0)'" } ?? "a ClusterRole"
    return
      "add to \(place), bound to the identity that is used: apiGroups [\"\(group)\"], resources [\"\(resource)\"], "
      + "verbs [\"\(verb)\"]"
  }
}
