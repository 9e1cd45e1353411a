internal import Logging

/// One run of an informer: performs what `WatcherState` decides.
struct InformerSession<Resource: KubernetesResource> {
  private let informer: Informer<Resource>
  private var state = WatcherState()
  private var objects: [Resource] = []
  private var undecodable: [UndecodableObject] = []
  private var events: WatchStream<Resource>.Iterator?

  init(informer: Informer<Resource>) {
    self.informer = informer
  }

  mutating func run() async throws(KubernetesError) {
    var event = WatcherState.Event.started
    while true {
      let action = state.handle(event, at: informer.client.time.now(), random: informer.random())
      do throws(KubernetesError) {
        event = try await perform(action)
      } catch {
        events = nil
        if Task.isCancelled { throw KubernetesError(code: .cancelled, message: "the informer was cancelled") }
        report(error)
        event = .failed(WatcherState.Failure(error))
      }
    }
  }

  private mutating func perform(_ action: WatcherState.Action) async throws(KubernetesError) -> WatcherState.Event {
    switch action {
    case .list(let token, let delay):
      try await informer.client.time.sleep(for: delay)
      return try await list(continuing: token, limit: informer.pageSize)
    case .listWhole(let delay):
      try await informer.client.time.sleep(for: delay)
      return try await list(continuing: nil, limit: nil)
    case .replaceAndWatch(let version):
      replace()
      return try await watch(version)
    case .watch(let version, let delay):
      try await informer.client.time.sleep(for: delay)
      return try await watch(version)
    case .read:
      return try await read()
    }
  }

  private mutating func list(
    continuing token: String?, limit: Int?
  ) async throws(KubernetesError) -> WatcherState.Event {
    if token == nil {
      objects = []
      undecodable = []
    }
    let scope = informer.scope
    let page = try await informer.client.list(
      Resource.self, namespace: scope.namespace, labelSelector: scope.labelSelector,
      fieldSelector: scope.fieldSelector, limit: limit, continuing: token)
    informer.noteContact()
    objects += page.items
    undecodable += page.undecodable
    return .page(resourceVersion: page.resourceVersion, continueToken: page.continueToken)
  }

  private mutating func replace() {
    for object in undecodable { report(object) }
    informer.logger.debug("listed", metadata: ["kubernetes.objects": "\(objects.count)"])
    informer.replace(with: objects, undecodable: undecodable)
    objects = []
    undecodable = []
  }

  private mutating func watch(_ version: String) async throws(KubernetesError) -> WatcherState.Event {
    let scope = informer.scope
    let stream = try await informer.client.watch(
      Resource.self, namespace: scope.namespace, labelSelector: scope.labelSelector,
      fieldSelector: scope.fieldSelector, resourceVersion: version, timeout: informer.watchTimeout)
    informer.noteContact()
    events = stream.makeAsyncIterator()
    return .opened
  }

  private mutating func read() async throws(KubernetesError) -> WatcherState.Event {
    guard let event = try await events?.next() else {
      events = nil
      return .ended
    }
    informer.noteContact()
    if case .undecodable(let object, isDeleted: false) = event { report(object) }
    informer.apply(event)
    if case .bookmark(let version) = event { return .bookmark(resourceVersion: version) }
    return .changed(resourceVersion: event.resourceVersion)
  }

  private func report(_ object: UndecodableObject) {
    informer.logger.error(
      "an object is left out, because it cannot be decoded",
      metadata: ["kubernetes.object": "\(object.key)", "error": "\(object.message)"])
  }

  private func report(_ error: KubernetesError) {
    // Expired versions and ended connections are part of normal life; the rest may need a person.
    let level: Logger.Level = error.code == .gone || error.code == .transport ? .info : .warning
    informer.logger.log(
      level: level, "following the collection failed; going on with backoff", metadata: ["error": "\(error.message)"])
  }
}
