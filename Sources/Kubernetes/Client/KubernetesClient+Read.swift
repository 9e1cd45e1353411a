internal import HTTP

extension KubernetesClient {
  /// Reads one object.
  ///
  /// - Throws: `KubernetesError`, `notFound` if it is not there.
  package func get<Resource: KubernetesResource>(
    _ type: Resource.Type, name: String, namespace: String? = nil
  ) async throws(KubernetesError) -> Resource {
    let call = APICall(
      "get", "GET", type, namespace: namespace, name: try checked(type, name, namespace),
      totalTimeout: limits.requestTimeout)
    return try await object(call)
  }

  /// Reads one page of a collection.
  ///
  /// - Parameters:
  ///   - namespace: the namespace, or nil for all of them.
  ///   - limit: the size of the page; nil reads everything in one answer.
  ///   - continuing: the token of the page before.
  ///   - resourceVersion: nil asks for the latest state; "0" for whatever the server has at hand.
  /// - Throws: `KubernetesError`, `gone` if the token is too old.
  package func list<Resource: KubernetesResource>(
    _ type: Resource.Type, namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil,
    limit: Int? = 500, continuing: String? = nil, resourceVersion: String? = nil
  ) async throws(KubernetesError) -> ResourceList<Resource> {
    let query: [(String, String?)] = [
      ("labelSelector", labelSelector), ("fieldSelector", fieldSelector), ("limit", limit.map { "\($0)" }),
      ("continue", continuing), ("resourceVersion", resourceVersion),
    ]
    let call = APICall("list", "GET", type, namespace: namespace, query: query, totalTimeout: limits.listTimeout)
    let bytes = try await body(call, limit: limits.listBytes)
    return try ObjectCoding.decode(ResourceList<Resource>.self, from: bytes, call: call.name)
  }

  /// Reads a whole collection, page after page.
  ///
  /// - Throws: `KubernetesError`, `gone` if a token expires meanwhile: then start again.
  package func listAll<Resource: KubernetesResource>(
    _ type: Resource.Type, namespace: String? = nil, labelSelector: String? = nil, fieldSelector: String? = nil,
    pageSize: Int = 500
  ) async throws(KubernetesError) -> ResourceList<Resource> {
    var whole = try await list(
      type, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector, limit: pageSize)
    while let token = whole.continueToken {
      let page = try await list(
        type, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector, limit: pageSize,
        continuing: token)
      whole.items += page.items
      whole.undecodable += page.undecodable
      whole.resourceVersion = page.resourceVersion
      whole.continueToken = page.continueToken
    }
    return whole
  }

  /// The server's version, such as `v1.31.2`: also the cheapest proof that it can be reached.
  package func serverVersion() async throws(KubernetesError) -> String {
    struct Version: Decodable { let gitVersion: String }
    let call = APICall("get version", path: "/version", totalTimeout: limits.requestTimeout)
    let bytes = try await body(call, limit: limits.objectBytes)
    return try ObjectCoding.decode(Version.self, from: bytes, call: call.name).gitVersion
  }

  func object<Resource: KubernetesResource>(_ call: APICall) async throws(KubernetesError) -> Resource {
    let bytes = try await body(call, limit: limits.objectBytes)
    return try ObjectCoding.decode(Resource.self, from: bytes, call: call.name)
  }

  func body(_ call: APICall, limit: Int) async throws(KubernetesError) -> [UInt8] {
    let response = try await perform(call)
    do throws(HTTPError) {
      return try await response.body.collect(upTo: limit)
    } catch {
      throw KubernetesError(error, call: call.name)
    }
  }

  /// Refuses an empty name, which would turn a call about one object into one about all of them, and a missing
  /// namespace, which the server would answer with a 404 that misleads.
  func checked<Resource: KubernetesResource>(
    _ type: Resource.Type, _ name: String, _ namespace: String?
  ) throws(KubernetesError) -> String {
    guard !name.isEmpty else {
      throw KubernetesError(code: .badRequest, message: "\(Resource.resource.kind): the name must not be empty")
    }
    guard !Resource.resource.isNamespaced || namespace?.isEmpty == false else {
      throw KubernetesError(code: .badRequest, message: "\(Resource.resource.kind) \(name): name its namespace")
    }
    return name
  }
}
