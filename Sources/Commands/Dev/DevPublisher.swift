internal import Kubernetes
internal import MigrationSources

/// Reads the directory and stores it in the ConfigMap.
struct DevPublisher {
  let loop: DevLoop
  private var published: [String: String]?
  private var isStored = false
  private var held: [String] = []
  private var complaint = ""
  private var isTold = false

  init(loop: DevLoop) {
    self.loop = loop
  }

  /// Takes up the directory as it is; false if it is to be read again soon.
  mutating func takeUp(savedAt: Duration) async -> Bool {
    do {
      let before = try await known()
      let snapshot = try await DirectorySource(root: loop.directory).snapshot(path: "", reading: loop.names.suffixes)
      let publication = Publication(snapshot.files, names: loop.names, before: before)
      if publication.held != held {
        held = publication.held
        for reason in held { loop.voice.warn(reason) }
      }
      complaint = ""
      guard publication.data != before || !isStored else { return true }
      for change in publication.changes(since: before) { loop.voice.note(change) }
      try await store(publication.data, isNew: publication.data != before, savedAt: savedAt)
      return true
    } catch let error as KubernetesError {
      complain(error.message)
    } catch {
      complain("\(error)")
    }
    return false
  }

  // What is in the cluster when this begins counts as published: it may have been applied.
  private mutating func known() async throws(KubernetesError) -> [String: String] {
    if let published { return published }
    var data: [String: String] = [:]
    do throws(KubernetesError) {
      data = try await loop.client.get(
        ConfigMap.self, name: loop.configMap.name, namespace: loop.configMap.namespace
      ).data
    } catch {
      guard error.code == .notFound else { throw error }
    }
    published = data
    return data
  }

  private mutating func store(_ data: [String: String], isNew: Bool, savedAt: Duration) async throws {
    let metadata = ObjectMetadata(name: loop.configMap.name, namespace: loop.configMap.namespace)
    let map = ConfigMap(metadata: metadata, data: data)
    loop.expect(try ConfigMapSource.snapshot(of: [map]).digest, savedAt: savedAt)
    if isNew {
      let members = data.sorted { $0.key < $1.key }.map { JSONValue.Member(key: $0.key, value: .string($0.value)) }
      let patch: JSONValue = [["op": "add", "path": "/data", "value": .object(members)]]
      do throws(KubernetesError) {
        _ = try await loop.client.patch(
          ConfigMap.self, name: map.metadata.name, namespace: map.metadata.namespace,
          patch: .json(Array(patch.text.utf8)))
      } catch {
        guard error.code == .notFound else { throw error }
        _ = try await loop.client.create(map)
      }
    }
    (published, isStored) = (data, true)
  }

  // A file that changes while it is read is nothing to tell of, if it can be read the next time.
  private mutating func complain(_ message: String) {
    if message == complaint, !isTold { loop.voice.warn(message) }
    isTold = message == complaint
    complaint = message
  }
}
