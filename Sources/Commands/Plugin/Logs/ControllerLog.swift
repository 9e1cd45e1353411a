internal import Kubernetes
internal import Support

/// Reads what the controller's pods have logged, and what they log from then on.
struct ControllerLog: Sendable {
  /// What is read of one pod's log at once, in bytes.
  static let byteLimit = 64 << 20
  /// How many lines are kept until they are written.
  static let lineLimit = 200_000
  /// How long a line waits for earlier ones of other pods.
  private static let patience = Duration.milliseconds(250)
  /// How often new pods are looked for.
  private static let pause = Duration.seconds(2)

  let client: KubernetesClient
  let pods: ControllerPods
  /// The resource that lines are to be about; nil for all lines.
  let resource: ObjectKey?
  let since: Duration?
  let tail: Int?
  /// Writes lines, in order.
  let write: @Sendable ([ControllerLogMerge.Line]) -> Void
  /// Tells a person what else happens.
  let note: @Sendable (String) -> Void

  private struct State {
    var merge = ControllerLogMerge(capacity: ControllerLog.lineLimit)
    /// When the latest line of a pod was written down there.
    var seen: [ObjectKey: Timestamp] = [:]
    var followed: Set<ObjectKey> = []
    var failed: [ObjectKey: String] = [:]
    /// Whether lines are written as they come, not counted from the end.
    var isFollowing = false
  }

  private let state = Guarded(State())

  init(
    client: KubernetesClient, pods: ControllerPods, resource: ObjectKey?, since: Duration?, tail: Int?,
    write: @escaping @Sendable ([ControllerLogMerge.Line]) -> Void, note: @escaping @Sendable (String) -> Void
  ) {
    self.client = client
    self.pods = pods
    self.resource = resource
    self.since = since
    self.tail = tail
    self.write = write
    self.note = note
  }

  /// Writes what has been logged until now.
  ///
  /// - Returns: the pods, and how many lines were written.
  /// - Throws: what `ControllerPods.list` throws; `KubernetesError` where no pod's log can be read.
  func readOnce() async throws -> (pods: [Pod], lines: Int) {
    let found = try await pods.list()
    let failures = try await withThrowingTaskGroup(of: KubernetesError?.self) { group in
      for pod in found { group.addTask { try await read(pod, follows: false) } }
      var failures: [KubernetesError] = []
      for try await failure in group { if let failure { failures.append(failure) } }
      return failures
    }
    if failures.count == found.count, let failure = failures.first { throw failure }
    var lines = state.withLock { $0.merge.release() }
    if let tail { lines = lines.suffix(tail) }
    write(lines)
    return (found, lines.count)
  }

  /// Writes what is logged after `readOnce`, until it is cancelled: of pods that come, too.
  ///
  /// - Throws: `KubernetesError` where the log may not be read.
  func follow() async throws {
    state.withLock { $0.isFollowing = true }
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask {
        while true {
          try await Task.sleep(for: Self.patience)
          let lines = state.withLock { $0.merge.release(arrivedBefore: .now - Self.patience) }
          if !lines.isEmpty { write(lines) }
        }
      }
      while !group.isCancelled {
        for pod in try await present() where state.withLock({ $0.followed.insert(pod.key).inserted }) {
          group.addTask {
            _ = try await read(pod, follows: true)
            _ = state.withLock { $0.followed.remove(pod.key) }
          }
        }
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  // None for a moment, as in a roll-out, is no reason to end.
  private func present() async throws -> [Pod] {
    do {
      return try await pods.list()
    } catch let error as KubernetesError where !error.isTransient {
      throw error
    } catch is CommandError {
      return []
    } catch let error as KubernetesError {
      note("\(error.message); tried again")
      return []
    }
  }

  /// Reads one pod's log to its end; returns why that could not be done, unless nobody may do it.
  private func read(_ pod: Pod, follows: Bool) async throws -> KubernetesError? {
    do throws(KubernetesError) {
      var bytes = 0
      for try await line in try await client.log(of: pod.key, selection(pod, follows)) {
        bytes += line.text.utf8.count
        take(line, of: pod.key)
      }
      if !follows, bytes > Self.byteLimit * 9 / 10 {
        note("\(pod.key.name): only the first \(Self.byteLimit >> 20) MiB were read; see less with --since or --tail.")
      }
      return nil
    } catch {
      switch error.code {
      case .forbidden, .unauthorized, .cancelled: throw error
      // Gone with its pod, or silent for long.
      case .notFound where follows, .transport where follows: return error
      default:
        let isNew = state.withLock { state in
          defer { state.failed[pod.key] = error.message }
          return state.failed[pod.key] != error.message
        }
        if isNew { note("\(pod.key.name): \(error.message)") }
        return error
      }
    }
  }

  private func selection(_ pod: Pod, _ follows: Bool) -> PodLogSelection {
    var selection = PodLogSelection()
    selection.container = ControllerPods.container(of: pod)
    selection.follows = follows
    selection.sinceTime = state.withLock { $0.seen[pod.key] }
    if selection.sinceTime == nil { selection.since = since }
    if !follows {
      selection.limitBytes = Self.byteLimit
      // Lines about one resource are counted here, behind the filter.
      if resource == nil { selection.tailLines = tail }
    }
    return selection
  }

  private func take(_ line: PodLogLine, of pod: ObjectKey) {
    let record = ControllerLogRecord(line.text)
    let overflow = state.withLock { state -> [ControllerLogMerge.Line] in
      let last = state.seen[pod]
      if let time = line.time {
        // What begins with a second begins with lines that were read before.
        if let last, time <= last { return [] }
        state.seen[pod] = time
      }
      guard resource.map({ record.isAbout($0) }) ?? true else { return [] }
      let time = record.time ?? line.time ?? last ?? Timestamp(microseconds: 0)
      let overflow = state.merge.add(ControllerLogMerge.Line(pod: pod.name, time: time, record: record), at: .now)
      return state.isFollowing || tail == nil ? overflow : []
    }
    if !overflow.isEmpty { write(overflow) }
  }
}
