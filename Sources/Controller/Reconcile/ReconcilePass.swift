internal import Kubernetes
internal import Logging
internal import MigrationCore
internal import MigrationEngine
internal import MigrationSources
internal import Postgres
internal import Support

/// One look at one resource, in one direction: source, target, scripts, cluster, history, plan, lease, apply.
///
/// Each stage adds to the observation; the first that cannot go on ends the pass with its verdict.
struct ReconcilePass {
  let object: CitusMigration
  let spec: CitusMigrationSpec
  let reading: SpecReading
  let context: ReconcileContext
  let runs: RunningRuns
  /// The resource as it is at any time, where it is still there.
  let latest: @Sendable () -> CitusMigration?
  /// Finds another resource.
  var lookup: @Sendable (ObjectKey) -> CitusMigration? = { _ in nil }
  /// Told how a run goes on, and how the look will end, before it does.
  let publish: @Sendable (Verdict, Observation) -> Void

  var observation = Observation()
  /// Of the source, as they are.
  var files: [ScriptFile] = []

  init(
    object: CitusMigration, spec: CitusMigrationSpec, reading: SpecReading, context: ReconcileContext,
    runs: RunningRuns, latest: @escaping @Sendable () -> CitusMigration?,
    publish: @escaping @Sendable (Verdict, Observation) -> Void
  ) {
    self.object = object
    self.spec = spec
    self.reading = reading
    self.context = context
    self.runs = runs
    self.latest = latest
    self.publish = publish
  }

  /// Why a pass ends before its last stage.
  private struct Halt: Error {
    let verdict: Verdict
  }

  /// Goes through the stages.
  mutating func run() async -> Verdict {
    guard spec.suspend != true else { return .suspended }
    do {
      // Both are one question each of the API server; what is wrong with the source is told first.
      async let asked = Self.secrets(self)
      let snapshot = try await fetchSource()
      if let held = held(snapshot) { return held }
      let parameters = try resolveTarget(try await asked)
      let (scripts, settings) = try resolveScripts(snapshot, parameters)
      var session = try await open(parameters)
      let verdict = await look(&session, parameters, scripts, settings)
      await session.end()
      return verdict
    } catch let halt as Halt {
      return halt.verdict
    } catch {
      return .stalled(.internalError, summary: "Internal error", message: "\(error)")
    }
  }

  private mutating func look(
    _ look: inout LookSession, _ parameters: ConnectionParameters, _ scripts: MigrationSet,
    _ settings: MigrationSettings
  ) async -> Verdict {
    do throws(EngineError) {
      if unhandledRepair != nil { try await look.prepareForRun() }
      let session = look.session
      let remembered = isUnknown && unhandledRepair == nil ? context.clusters.latest(of: parameters) : nil
      if let waiting = try await checkCluster(session, parameters, remembered) { return waiting }
      if let token = unhandledRepair {
        let request = RunRequest(scripts: scripts, settings: settings, execution: reading.execution)
        return await repair(request, session, parameters, token)
      }
      let history = try await session.readHistory(settings)
      if let refusal = history.refusal(settings: settings) { throw EngineError(.schemaMissing, refusal) }
      let plan = history.plan(scripts, settings: settings)
      observation.plan = PlanObservation(plan: plan, history: history.rows, target: parameters.targetIdentity)
      let blocking = plan.problems.filter(\.isBlocking)
      guard blocking.isEmpty else {
        noteScriptDrift(blocking, plan)
        return Verdict(problems: blocking)
      }
      if let refusal = await lint(plan, session) { return refusal }
      let starts = !plan.steps.isEmpty || history.needsPreparation(settings: settings)
      let passage = await passGates(plan, target: parameters.targetIdentity, starts: starts)
      var request = RunRequest(scripts: scripts, settings: settings, execution: reading.execution)
      request.mayContinue = context.mayContinue
      guard case .open(let gate) = passage, starts else {
        if starts { await describe(plan, request, session) }
        return await compare(request, session, beside: passage.verdict)
      }
      if remembered != nil, let waiting = try await checkCluster(session, parameters) { return waiting }
      if let gate { request.mayStart = { gate.mayStart($0) } }
      try await look.prepareForRun()
      return await apply(request, look.session, parameters, gate)
    } catch {
      return Verdict(error)
    }
  }

  // MARK: Source

  private mutating func fetchSource() async throws -> SourceSnapshot {
    do {
      if let directory = spec.migrations.directory {
        guard let directories = context.directories else {
          throw SourceError(
            .invalid, "spec.migrations.directory needs a controller that was started with --migrations-root")
        }
        return try await directories.snapshot(
          path: directory.path, reading: reading.settings.naming.suffixes)
      }
      if let request = reading.git { return try await gitSnapshot(request) }
      if let fluxSource = spec.migrations.fluxSource { return try await fluxSnapshot(fluxSource) }
      return try ConfigMapSource.snapshot(of: try await configMaps())
    } catch let error as SourceError {
      throw Halt(verdict: Verdict(error))
    } catch let error as KubernetesError {
      throw Halt(
        verdict: .waiting(.sourceUnavailable, summary: "Source unavailable", message: "ConfigMap: \(error.message)"))
    }
  }

  private func configMaps() async throws -> [ConfigMap] {
    let namespace = object.metadata.namespace
    if let selector = spec.migrations.configMap?.selector {
      let labels = selector.matchLabels.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ",")
      let list = try await context.client.listAll(ConfigMap.self, namespace: namespace, labelSelector: labels)
      guard !list.items.isEmpty else {
        throw SourceError(.notFound, "no ConfigMap in this namespace has the labels \(labels); create one")
      }
      return list.items
    }
    var maps: [ConfigMap] = []
    for name in spec.migrations.configMap?.names ?? [] {
      do throws(KubernetesError) {
        maps.append(try await context.client.get(ConfigMap.self, name: name, namespace: namespace))
      } catch {
        guard error.code == .notFound else { throw error }
        throw SourceError(
          .notFound,
          "ConfigMap '\(name)' does not exist in namespace '\(namespace ?? "")'; create it with the migrations")
      }
    }
    return maps
  }

  // MARK: Target

  private static func secrets(_ pass: Self) async throws -> [String: [String: Redacted<String>]] {
    var secrets: [String: [String: Redacted<String>]] = [:]
    for name in TargetResolution.secretNames(pass.spec.cluster) {
      do throws(KubernetesError) {
        let secret = try await pass.context.client.get(
          Secret.self, name: name, namespace: pass.object.metadata.namespace)
        secrets[name] = secret.data.keys.reduce(into: [:]) { $0[$1] = secret.text($1) }
      } catch {
        guard error.code != .notFound else { continue }
        throw Halt(
          verdict: .waiting(
            .secretUnavailable, summary: "Secret unavailable", message: "Secret '\(name)': \(error.message)"))
      }
    }
    return secrets
  }

  private func resolveTarget(_ secrets: [String: [String: Redacted<String>]]) throws -> ConnectionParameters {
    do throws(TargetProblem) {
      let parameters = try TargetResolution.parameters(
        spec.cluster, secrets: secrets, applicationName: context.installation.applicationName(of: object.key))
      context.targets[object.key] = parameters.targetIdentity
      return parameters
    } catch {
      throw Halt(verdict: Verdict(error))
    }
  }

  // MARK: Scripts

  private mutating func resolveScripts(
    _ snapshot: SourceSnapshot, _ parameters: ConnectionParameters
  ) throws -> (MigrationSet, MigrationSettings) {
    var settings = reading.settings
    settings.builtInPlaceholders = ["user": parameters.user, "database": parameters.database]
    files = snapshot.files
    let scripts = MigrationSet.resolve(files, settings: settings)
    // Also of what is not valid: who saved it wants to know that this is what was looked at.
    observation.source = SourceStatus(
      revision: snapshot.revision, digest: snapshot.digest, scripts: scripts.versioned.count + scripts.repeatables.count
    )
    let blocking = scripts.problems.filter(\.isBlocking)
    guard blocking.isEmpty else { throw Halt(verdict: Verdict(problems: blocking, inSource: true)) }
    observation.sourceWarnings = snapshot.warnings + scripts.problems.map(\.message)
    return (scripts, settings)
  }

  // MARK: Cluster

  private func open(_ parameters: ConnectionParameters) async throws -> LookSession {
    do throws(EngineError) {
      return try await LookSession(parameters, initSql: reading.settings.initSql, context: context)
    } catch {
      throw Halt(verdict: patient(Verdict(error)))
    }
  }

  /// Whether nothing was found out about the resource yet.
  var isUnknown: Bool { (object.status?.observedGeneration ?? -1) < 0 }

  private mutating func checkCluster(
    _ session: MigrationSession, _ parameters: ConnectionParameters, _ remembered: ClusterObservation? = nil
  ) async throws(EngineError) -> Verdict? {
    let cluster: ClusterObservation
    if let remembered { cluster = remembered } else { cluster = try await session.observeCluster() }
    let expected = reading.workers.expected
    observation.cluster = ClusterStatus(cluster, target: parameters.targetIdentity, expected: expected)
    let assessment = ClusterAssessment.judge(cluster, expecting: reading.workers)
    let waiting = Verdict(assessment, workersReady: cluster.readyWorkerGroups, workersExpected: expected)
    if waiting == nil {
      observation.clusterMessage = assessment.message
      if remembered == nil { context.clusters.note(cluster, of: parameters) }
    }
    return waiting.map(patient)
  }

  // Waiting has an end: after readinessTimeout the resource is stalled, though it is still looked at.
  private func patient(_ verdict: Verdict) -> Verdict {
    guard case .waiting(_, let summary, let message) = verdict, verdict.stage == .clusterReady,
      let before = object.status?.condition(.clusterReady), before.status == "False",
      let since = Timestamp(rfc3339: before.lastTransitionTime)
    else { return verdict }
    let waited = context.clock.now().since(since)
    guard waited > reading.readinessTimeout else { return verdict }
    return .stalled(
      .clusterReadinessTimeout, summary: summary,
      message: "not ready for more than \(DurationText.format(reading.readinessTimeout)): \(message)")
  }

  // MARK: Run

  private mutating func apply(
    _ request: RunRequest, _ session: MigrationSession, _ parameters: ConnectionParameters, _ gate: RunGate?
  ) async -> Verdict {
    let run = TargetRun(
      context: context, target: parameters.targetIdentity, timeout: reading.timeout,
      object: object, runs: runs,
      endRemnants: { [context] in await Self.endRemnants(parameters, context) },
      publish: { [publish, observation] progress in
        var observation = observation
        observation.run = progress.status
        publish(.applying(done: progress.done, total: progress.total), observation)
      })
    let before = await driftBeforeRun(request, session)
    let result = await run.perform(request, on: session)
    observation.run = result.progress?.status ?? observation.run
    if let summary = result.summary {
      observation.plan = PlanObservation(
        plan: summary.plan, history: summary.history.rows, target: parameters.targetIdentity)
      let verdict = verdict(after: gate, summary.plan, target: parameters.targetIdentity)
      // Who waits for the migrations need not wait for the comparison, where that does not decide.
      if reading.drift.mode != .fail { publish(verdict, observation) }
      return verdict.and(await compare(request, session, after: before))
    }
    if let history = try? await session.readHistory(request.settings) {
      // What the run applied before it failed shows even though it failed; where the connection is gone, the next look shows it.
      observation.plan = PlanObservation(
        plan: history.plan(request.scripts, settings: request.settings), history: history.rows,
        target: parameters.targetIdentity)
    }
    guard result.isCancelled, let id = observation.run?.id else { return result.verdict }
    let digest = observation.source?.digest
    return hold(CancellationStatus(run: id, of: object, now: latest(), sourceDigest: digest))
  }
}
