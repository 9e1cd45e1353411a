/// One call as it goes to the server.
struct APICall: Sendable {
  /// What is asked, for messages: verb, plural, object.
  let name: String
  let method: String
  let path: String
  var contentType: String?
  var body: [UInt8]?
  var totalTimeout: Duration?
  var idleTimeout: Duration?
  /// The form of the answer; Kubernetes sends metadata alone to those who ask for it.
  private(set) var accept = "application/json"
  /// What RBAC has to grant for it; nil for paths that belong to no type.
  private(set) var access: AccessRule?

  /// A call about one object, or about a collection if `name` is nil.
  init<Resource: KubernetesResource>(
    _ verb: String, _ method: String, _ type: Resource.Type, namespace: String?, name: String? = nil,
    subresource: String? = nil, query: [(String, String?)] = [], totalTimeout: Duration? = nil
  ) {
    let kind = Resource.resource
    let object = [kind.isNamespaced ? namespace : nil, name].compactMap { $0 }.joined(separator: "/")
    let target = subresource.map { "\(kind.plural)/\($0)" } ?? kind.plural
    self.name = object.isEmpty ? "\(verb) \(target)" : "\(verb) \(target) \(object)"
    self.method = method
    self.totalTimeout = totalTimeout
    access = AccessRule(
      verb: verb == "replace" ? "update" : verb, group: kind.group, resource: target,
      namespace: kind.isNamespaced ? namespace : nil)
    if Resource.isMetadataOnly {
      // Content negotiation of the API server: metadata for one object and for the events of a watch, a list for a list.
      let form = verb == "list" ? "PartialObjectMetadataList" : "PartialObjectMetadata"
      accept = "application/json;as=\(form);g=meta.k8s.io;v=v1"
    }
    path = ResourcePath.path(kind, namespace: namespace, name: name, subresource: subresource, query: query)
  }

  /// A call to a path that belongs to no type.
  init(_ name: String, path: String, totalTimeout: Duration) {
    self.name = name
    self.method = "GET"
    self.path = path
    self.totalTimeout = totalTimeout
  }

  /// The same call with less time.
  func shortened(by used: Duration) -> APICall {
    var copy = self
    copy.totalTimeout = totalTimeout.map { max(.milliseconds(100), $0 - used) }
    return copy
  }

  func with(json: [UInt8], contentType: String = "application/json") -> APICall {
    var copy = self
    copy.body = json
    copy.contentType = contentType
    return copy
  }
}
