/// An Event of `events.k8s.io/v1`: something that happened to an object.
///
/// The server demands `eventTime`, `action`, `reason`, `reportingController` and `reportingInstance`.
package struct Event: KubernetesResource {
  package static let resource = ResourceKind(
    group: "events.k8s.io", version: "v1", plural: "events", kind: "Event")

  package var metadata: ObjectMetadata
  /// When it first happened, MicroTime.
  package var eventTime: String?
  /// The controller that tells, such as `whimbrel.dev/controller`.
  package var reportingController: String?
  /// The replica that tells; at most 128 characters.
  package var reportingInstance: String?
  /// What was being done; at most 128 characters.
  package var action: String?
  /// Why, in one word; at most 128 characters.
  package var reason: String?
  /// The object that this is about.
  package var regarding: ObjectReference?
  /// Another object that plays a part.
  package var related: ObjectReference?
  /// The text for people; at most 1 kB.
  package var note: String?
  /// `Normal` or `Warning`.
  package var type: String?
  /// How often it happened since, if it did.
  package var series: Series?

  /// Repetitions of an event.
  package struct Series: Sendable, Hashable, Codable {
    /// How often, the first time included.
    package var count: Int32
    /// When last, MicroTime.
    package var lastObservedTime: String

    /// Counts repetitions.
    package init(count: Int32, lastObservedTime: String) {
      self.count = count
      self.lastObservedTime = lastObservedTime
    }
  }

  /// Makes an Event; the remaining fields are set afterwards.
  package init(metadata: ObjectMetadata) {
    self.metadata = metadata
  }
}

/// Names an object from within another one.
package struct ObjectReference: Sendable, Hashable, Codable {
  /// `group/version`.
  package var apiVersion: String?
  /// The kind.
  package var kind: String?
  /// The namespace.
  package var namespace: String?
  /// The name.
  package var name: String?
  /// The identity.
  package var uid: String?
  /// The version.
  package var resourceVersion: String?

  /// Names any object by its parts.
  package init(
    apiVersion: String? = nil, kind: String? = nil, namespace: String? = nil, name: String? = nil, uid: String? = nil,
    resourceVersion: String? = nil
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.uid = uid
    self.resourceVersion = resourceVersion
  }

  /// Names an object that is at hand.
  package init<Resource: KubernetesResource>(_ object: Resource) {
    self.init(
      apiVersion: Resource.resource.apiVersion, kind: Resource.resource.kind, namespace: object.metadata.namespace,
      name: object.metadata.name, uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion)
  }
}
