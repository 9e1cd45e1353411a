internal import Kubernetes
internal import Logging
internal import MigrationEngine
internal import Promotion
internal import Support

/// Looks at one resource at a time, reports on it, and says when to look again.
final class Reconciler: Sendable {
  private let context: ReconcileContext
  private let lookup: @Sendable (ObjectKey) -> CitusMigration?
  private let writer: StatusWriter
  private let backoff = Guarded(KeyBackoff<ObjectKey, Reason>())
  /// The latest state of runs that could not be reported: the next report has it, whatever the look before it found.
  private let unreported = Guarded<[ObjectKey: RunStatus]>([:])
  private let runs = RunningRuns()
  /// What another installation reports on, as far as that was told.
  private let contested = Guarded<Set<ObjectKey>>([])
  /// How many looks are going on.
  private let looks = Guarded(0)
  private let cancellations = Guarded<[ObjectKey: AsyncStream<Void>.Continuation]>([:])

  /// A reconciler that finds objects by key with `lookup`.
  init(context: ReconcileContext, lookup: @escaping @Sendable (ObjectKey) -> CitusMigration?) {
    self.context = context
    self.lookup = lookup
    writer = StatusWriter(
      client: context.client, epoch: context.epoch,
      pruned: PrunedFields(logger: context.logger, metrics: context.metrics))
  }

  /// The resource has changed: cancels the run that its annotation names, if that is going on, and forgets the status
  /// that was written, if the resource shows it.
  func notice(_ object: CitusMigration) {
    if let id = object.cancelToken { runs.cancel(object.key, id: id) }
    if cancellations.withLock({ $0[object.key] == nil }) { writer.release(object) }
  }

  /// The resource is gone: cancels what runs for it, which rolls back the migration under way.
  func cancel(_ key: ObjectKey) {
    cancellations.withLock { $0[key] }?.yield()
    backoff.withLock { $0.forget(key) }
    unreported.withLock { $0[key] = nil }
    contested.withLock { _ = $0.remove(key) }
    writer.forget(key)
    forgetMetricsIfGone(key)
  }

  private func countLooks(_ change: Int) {
    let count = looks.withLock { looks in
      looks += change
      return looks
    }
    context.metrics?.activeWorkers(count)
  }

  // What is still going on for the resource would make its series again: then its end removes them.
  private func forgetMetricsIfGone(_ key: ObjectKey) {
    guard cancellations.withLock({ $0[key] == nil }), lookup(key) == nil else { return }
    context.metrics?.forget(namespace: key.namespace ?? "", name: key.name)
  }

  /// Looks at the resource with a key and reports.
  ///
  /// Cancelling the task cancels a run and rolls back the migration under way.
  /// - Returns: when to look again; nil when the resource is gone.
  func reconcile(_ key: ObjectKey) async -> NextWork? {
    let (cancelled, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    // Before the object is looked up: from here on nothing that was written is forgotten.
    cancellations.withLock { $0[key] = continuation }
    countLooks(+1)
    defer {
      cancellations.withLock { $0[key] = nil }
      if let object = lookup(key) { writer.release(object) }
      countLooks(-1)
      forgetMetricsIfGone(key)
    }
    guard var object = lookup(key), object.metadata.deletionTimestamp == nil else { return nil }
    object.status = writer.current(object)
    if let run = unreported.withLock({ $0[key] }) { object.status?.lastRun = run }
    let found = object
    return await withTaskGroup(of: NextWork?.self) { group in
      group.addTask { await self.reconcile(found) }
      group.addTask {
        for await _ in cancelled { break }
        return nil
      }
      let again = await group.next() ?? nil
      group.cancelAll()
      await group.waitForAll()
      return again
    }
  }

  private func reconcile(_ object: CitusMigration) async -> NextWork? {
    if let other = laterLeader(of: object) { return standBack(object, other) }
    context.metrics(of: object.key)?.contested(false)
    let start = ContinuousClock.now
    let (verdict, observation, reading) = await look(at: object)
    let isReported = await report(verdict, observation, on: object)
    if verdict == .applied { context.metrics(of: object.key)?.succeeded(at: context.clock.now()) }
    context.metrics?.reconciled(result: verdict.result, in: .now - start, isTerminal: verdict.result == .error)
    let again = again(verdict, reading, object).sooner(observation.gate?.lookAgain, now: context.clock.now())
    guard !isReported else { return observation.isComparisonOwed ? .resync(after: .zero) : again }
    // Never at once: what could not be reported would be found again, and a repair done again.
    return again.delay > .zero && again.delay < Self.reportAgain.delay ? again : Self.reportAgain
  }

  // MARK: Another installation

  // While this process holds the Lease of its own election, only another installation can have reported under a later
  // epoch, or a status was restored. One of the two must do nothing: the one whose reports are refused.
  private func laterLeader(of object: CitusMigration) -> Int64? {
    guard let epoch = context.epoch, context.mayReport(), let seen = object.status?.leaderEpoch, seen > epoch
    else { return nil }
    return seen
  }

  private func standBack(_ object: CitusMigration, _ other: Int64) -> NextWork {
    let isNew = contested.withLock { $0.insert(object.key).inserted }
    if isNew {
      let text =
        "a later leader has reported on it, which is not of this installation: nothing is done here. Two installations must "
        + "not serve the same resources: give each its --namespace, or remove one; then restart the one that stays"
      context.logger.error(
        "standing back",
        metadata: [
          "resource": "\(object.key)", "message": "\(text)", "epoch": "\(other)", "own": "\(context.epoch ?? 0)",
        ])
      context.announce(
        Announcement(isWarning: true, "AnotherInstallation", action: "StandBack", "\(context.identity): \(text)"),
        regarding: object)
    }
    context.metrics(of: object.key)?.contested(true)
    return .resync(after: .seconds(60))
  }

  // The reading is nil where the spec cannot be read.
  private func look(at object: CitusMigration) async -> (Verdict, Observation, SpecReading?) {
    let reading: SpecReading
    let spec: CitusMigrationSpec
    switch Self.read(object) {
    case .success(let value): (spec, reading) = value
    case .failure(let problem):
      return (.stalled(.invalidSpec, summary: "Invalid spec", message: problem.text), Observation(), nil)
    }
    let (updates, continuation) = AsyncStream.makeStream(
      of: (Verdict, Observation).self, bufferingPolicy: .bufferingNewest(1))
    async let publishing: Void = publish(updates, of: object)
    var pass = ReconcilePass(
      object: object, spec: spec, reading: reading, context: context, runs: runs,
      latest: { [lookup] in lookup(object.key) },
      publish: { verdict, observation in continuation.yield((verdict, observation)) })
    pass.lookup = lookup
    let verdict = await pass.run()
    continuation.finish()
    await publishing
    return (verdict, pass.observation, reading)
  }

  // A status that could not be written is worth a new look soon, however long the verdict itself would wait.
  private static let reportAgain = NextWork.retry(after: .seconds(5))

  private struct Unreadable: Error {
    let text: String
  }

  private static func read(_ object: CitusMigration) -> Result<(CitusMigrationSpec, SpecReading), Unreadable> {
    guard let spec = object.spec else { return .failure(Unreadable(text: object.specProblem ?? "spec is missing")) }
    // A gate that is passed over without a word would be worse than none.
    guard object.unknownFields.isEmpty else {
      return .failure(
        Unreadable(
          text:
            "\(object.unknownFields.joined(separator: ", ")): this controller does not know the field; the resource "
            + "definition is newer: upgrade the controller, or remove the field"))
    }
    do throws(SpecProblems) {
      return .success((spec, try SpecReading(spec)))
    } catch {
      return .failure(Unreadable(text: error.messages.joined(separator: "\n")))
    }
  }

  // MARK: Reporting

  // The newest only: while one write is under way the ones in between are passed over.
  private func publish(_ updates: AsyncStream<(Verdict, Observation)>, of object: CitusMigration) async {
    for await (verdict, observation) in updates { await report(verdict, observation, on: object) }
  }

  /// Writes the status; false when that failed and is worth another attempt.
  @discardableResult
  private func report(_ verdict: Verdict, _ observation: Observation, on object: CitusMigration) async -> Bool {
    // A resource that is gone, or a controller that is told to end at once, reports nothing any more.
    guard !Task.isCancelled else { return true }
    guard context.mayReport() else { return false }
    var observation = observation
    observation.run = observation.run ?? unreported.withLock { $0[object.key] }
    let report = StatusReport(
      generation: object.metadata.generation ?? 0, handledReconcileAt: object.reconcileToken,
      previous: writer.current(object), now: context.clock.now(), epoch: context.epoch)
    let status = report.status(verdict, observation)
    do throws(KubernetesError) {
      let outcome = try await writer.write(status, of: object)
      unreported.withLock { $0[object.key] = nil }
      tell(outcome, status, after: report.previous, observation, of: object)
      return true
    } catch {
      // Gone, made anew, or stopping: there is nothing to report on any more.
      guard error.code != .notFound, error.code != .conflict, error.code != .cancelled else { return true }
      context.logger.warning(
        "status not written, to be tried again",
        metadata: ["resource": "\(object.key)", "error": "\(error.message)"])
      unreported.withLock { $0[object.key] = observation.run }
      return false
    }
  }

  // What a status that was written tells beyond itself.
  private func tell(
    _ outcome: StatusWriter.Outcome, _ status: CitusMigrationStatus, after before: CitusMigrationStatus?,
    _ observation: Observation, of object: CitusMigration
  ) {
    switch outcome {
    case .superseded(let epoch):
      context.logger.warning(
        "status not written: a later leader has reported", metadata: ["resource": "\(object.key)", "epoch": "\(epoch)"])
    case .unchanged:
      show(status, of: object)
    case .written:
      show(status, of: object)
      let announcements =
        [observation.repair.map { Announcement($0) }] + Announcement.gates(from: before, to: status)
        + [.change(from: before, to: status), .drift(from: before, to: status)]
        + Announcement.lint(from: before, to: status)
      for announcement in announcements.compactMap(\.self) {
        context.announce(announcement, regarding: object)
      }
    }
  }

  private func show(_ status: CitusMigrationStatus, of object: CitusMigration) {
    context.metrics(of: object.key)?.show(status, workersExpected: object.spec?.cluster.workers.expected)
  }

  // MARK: When to look again

  private func again(_ verdict: Verdict, _ reading: SpecReading?, _ object: CitusMigration) -> NextWork {
    log(verdict, object)
    guard let reading else { return .resync(after: .seconds(600)) }
    switch verdict {
    case .waiting(let reason, _, _) where GateHold.Reason(rawValue: reason.rawValue) != nil:
      // What a gate waits for tells of itself, or has its time.
      backoff.withLock { $0.forget(object.key) }
      return .resync(after: min(reading.interval, driftDelay(reading, object)))
    case .waiting(let reason, _, _):
      // Another run ends, or its Lease expires, within seconds: long waits would only delay the take-over.
      let isLocked = reason == .leaseHeld || reason == .databaseLocked
      let longest = isLocked ? min(reading.retryInterval, .seconds(5)) : reading.retryInterval
      return .retry(
        after: backoff.withLock {
          $0.delay(for: object.key, cause: reason, maximum: longest, random: .random(in: 0..<1))
        })
    case .stalled(let reason, _, _)
    where [.authenticationFailed, .sourceAuthenticationFailed, .clusterReadinessTimeout, .databaseRejected]
      .contains(reason):
      return .retry(after: reading.retryInterval)
    case .repaired:
      return .retry(after: .zero)
    case .applied, .upToDate, .stalled(.driftDetected, _, _):
      backoff.withLock { $0.forget(object.key) }
      return .resync(after: min(varied(reading.interval), driftDelay(reading, object)))
    case .applying, .suspended, .stalled:
      backoff.withLock { $0.forget(object.key) }
      return .resync(after: varied(reading.interval))
    }
  }

  // Not all resources at the same moment.
  private func varied(_ interval: Duration) -> Duration { interval * Double.random(in: 0.95...1.05) }

  // What was reported just now decides when the next comparison is due: `object` is as it was before this look.
  private func driftDelay(_ reading: SpecReading, _ object: CitusMigration) -> Duration {
    let schedule = DriftSchedule(policy: reading.drift, status: writer.current(object), now: context.clock.now())
    return schedule.delay(retryInterval: reading.retryInterval) ?? reading.interval
  }

  private func log(_ verdict: Verdict, _ object: CitusMigration) {
    let metadata: Logger.Metadata = ["resource": "\(object.key)", "reason": "\(verdict.reason.rawValue)"]
    switch verdict {
    case .waiting(_, _, let message), .upToDate(_, let message):
      context.logger.info("waiting", metadata: metadata.merging(["message": "\(message)"]) { $1 })
    case .stalled(_, _, let message):
      context.logger.error("stalled", metadata: metadata.merging(["message": "\(message)"]) { $1 })
    case .repaired(let message):
      context.logger.info("repaired", metadata: metadata.merging(["message": "\(message)"]) { $1 })
    case .applied, .applying, .suspended:
      context.logger.debug("reconciled", metadata: metadata)
    }
  }
}
