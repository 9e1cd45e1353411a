internal import Controller
internal import Kubernetes
internal import MigrationSources
internal import Support

/// Keeps a ConfigMap as a directory is, and shows what the controller makes of it.
struct DevLoop: Sendable {
  let client: KubernetesClient
  let resource: ObjectKey
  let configMap: ObjectKey
  let directory: String
  let names: ScriptNames
  let settle: Duration
  let voice: DevVoice
  let informer: Informer<CitusMigration>
  private let time = TimeSource.system
  private let progress = Guarded(DevProgress())

  // An event may be missing where the kernel does not know of the change.
  private static let rescan: Duration = .seconds(2)
  private static let step: Duration = .milliseconds(250)
  // After a failure: of the server, or of a file that changed while it was read.
  private static let retry: Duration = .milliseconds(500)

  /// Goes on until the task is cancelled.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      let changes = informer.changes()
      group.addTask {
        // Cancellation is how following ends.
        do throws(KubernetesError) { try await informer.run() } catch {}
      }
      group.addTask { for await _ in changes { show() } }
      group.addTask { await publish() }
    }
  }

  // MARK: The controller's words

  private func show() {
    guard let digest = progress.withLock({ $0.digest }), let object = informer.store[resource] else { return }
    let outcome = DevOutcome(object, digest: digest)
    let now = time.now()
    guard let elapsed = progress.withLock({ $0.take(outcome, at: now) }) else { return }
    voice.tell(outcome, after: elapsed)
  }

  // MARK: The directory

  private func publish() async {
    let watch = DirectoryWatch(directory)
    if watch == nil { voice.note("the kernel does not tell of changes here: looking every 2 s") }
    var state = SaveState(quiet: settle, names: names)
    var publisher = DevPublisher(loop: self)
    var (lookedAt, saidOpen) = (Duration.zero, [String]())
    state.suspect(at: time.now())
    while !Task.isCancelled {
      let now = time.now()
      var pause = Self.step
      switch state.decision(at: now) {
      case .read:
        let changedAt = state.read(at: now)
        (lookedAt, saidOpen) = (now, [])
        if await publisher.takeUp(savedAt: changedAt) {
          show()
          continue
        }
        state.suspect(at: changedAt)
        pause = Self.retry
      case .wait(let left): pause = min(left, pause)
      case .open(let files):
        if files != saidOpen { voice.note("still being written: \(files.joined(separator: ", "))") }
        saidOpen = files
      case .rest:
        if now - lookedAt >= Self.rescan { state.suspect(at: now) }
        if progress.withLock({ $0.isForgotten(at: now) }) {
          let words = informer.store[resource]?.status?.summary ?? "nothing"
          voice.note(
            "nobody has looked at it since: is there a controller for namespace \(resource.namespace ?? "")? "
              + "The resource says: \(words)")
        }
      }
      if let watch {
        for event in await watch.events(within: pause) { state.handle(event, at: time.now()) }
      } else {
        do throws(KubernetesError) { try await time.sleep(for: pause) } catch { return }
      }
    }
  }

  /// What is published from now on; before it is sent, so that no answer comes too early.
  func expect(_ digest: String, savedAt: Duration) {
    progress.withLock { $0.published(digest, savedAt: savedAt) }
  }
}
