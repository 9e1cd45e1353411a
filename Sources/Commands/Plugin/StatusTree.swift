internal import Controller
internal import Kubernetes
internal import Support

/// What `kubectl whimbrel status NAME` shows: the resource as a tree, from its source to its latest run.
struct StatusTree {
  let resource: CitusMigration
  let now: Timestamp
  /// Whether everything is listed: nodes, all pending migrations and all steps.
  let isWide: Bool

  /// How many pending migrations and steps of a run are listed if not all are.
  static let listed = 8

  private var status: CitusMigrationStatus { resource.status ?? CitusMigrationStatus() }

  var tree: PluginTree {
    var parts: [PluginTree] = []
    if let problem { parts.append(problem) }
    parts += [source, cluster, migrations, gate, drift, run].compactMap(\.self)
    return PluginTree(
      "\(resource.key)  \(word.text)  \(status.summary ?? "not looked at yet")", word.ink, children: parts)
  }

  /// One word for the whole, and its colour.
  var word: (text: String, ink: Ink) {
    let standing = resource.standing
    let ink: Ink =
      switch standing {
      case .ready: .good
      case .notReady, .suspended: .notable
      case .stalled: .bad
      }
    return (standing.rawValue, ink)
  }

  /// That with its reason, and since when.
  private var problem: PluginTree? {
    if let problem = resource.specProblem { return PluginTree("spec      \(problem)", .bad) }
    guard let condition = resource.blocking else { return nil }
    let since =
      Timestamp(rfc3339: condition.lastTransitionTime).map { ", since \(AgeText.text(from: $0, to: now))" } ?? ""
    return PluginTree(
      "\(condition.type == "Stalled" ? "stalled " : "waiting ")  \(condition.reason): \(condition.message)\(since)",
      condition.type == "Stalled" ? .bad : .notable)
  }

  private var source: PluginTree? {
    if let failed = failed(.sourceReady) { return PluginTree("source    \(failed)", .notable) }
    return status.source.map { PluginTree("source    \($0.revision), \(Self.count($0.scripts, "script"))") }
  }

  private var cluster: PluginTree? {
    guard let cluster = status.cluster else { return nil }
    let parts = [
      cluster.target, cluster.citusVersion.map { "Citus \($0)" },
      cluster.postgresVersion.map { "PostgreSQL \($0)" }, cluster.workers.map { "workers \($0)" },
    ].compactMap(\.self)
    let nodes = isWide ? cluster.nodes ?? [] : []
    return PluginTree(
      "cluster   " + parts.joined(separator: ", "), failed(.clusterReady) == nil ? nil : .notable,
      children: nodes.map { PluginTree("\($0.name)  group \($0.group)  \($0.role)  \($0.state)") })
  }

  private var migrations: PluginTree? {
    guard status.currentVersion != nil || status.pendingCount != nil else { return nil }
    let steps = status.plan?.steps ?? []
    let shown = steps.prefix(isWide ? steps.count : Self.listed)
    var children = shown.map { step in
      PluginTree("\(step.script)\(step.transactional ? "" : "  outside a transaction")", .strong)
    }
    let pending = status.pendingCount ?? steps.count
    if pending > shown.count, !shown.isEmpty { children.append(PluginTree("\(pending - shown.count) more", .faint)) }
    if let digest = status.plan?.digest, !steps.isEmpty { children.append(PluginTree("plan \(digest)", .faint)) }
    return PluginTree(
      "version   \(status.currentVersion ?? "none"), \(status.appliedCount ?? 0) applied, \(pending) pending",
      children: children)
  }

  private var gate: PluginTree? {
    guard let gate = status.gate else { return nil }
    let until = gate.until.map { ", until \($0)" } ?? ""
    var children: [PluginTree] = []
    if let approval = status.approval { children.append(Self.approval("approved", approval)) }
    if let bypass = status.bypass { children.append(Self.approval("bypassed", bypass)) }
    return PluginTree(
      "gate      \(gate.reason)\(until), holds \(gate.held): \(gate.message)", .notable, children: children)
  }

  private static func approval(_ verb: String, _ approval: ApprovalStatus) -> PluginTree {
    PluginTree("\(verb) plan \(approval.digest)\(approval.by.map { " by \($0)" } ?? ""), seen \(approval.seenAt)")
  }

  private var drift: PluginTree? {
    guard let drift = status.drift, let checked = drift.checkedAt else { return nil }
    let age = Timestamp(rfc3339: checked).map { ", compared \(AgeText.text(from: $0, to: now)) ago" } ?? ""
    guard drift.count > 0 else { return PluginTree("drift     none\(age)") }
    let objects = drift.objects.prefix(isWide ? drift.objects.count : Self.listed)
    return PluginTree(
      "drift     \(Self.count(drift.count, "object")) as nobody declared\(age)", .notable,
      children: objects.map { PluginTree("\($0.change)  \($0.kind)/\($0.name)\($0.node.map { "  on \($0)" } ?? "")") })
  }

  private var run: PluginTree? {
    guard let run = status.lastRun else { return nil }
    let ink: Ink? = run.outcome == "Failed" ? .bad : run.outcome == "Succeeded" ? nil : .notable
    let started = Timestamp(rfc3339: run.startedAt)
    let age = started.map { ", began \(AgeText.text(from: $0, to: now)) ago" } ?? ""
    let holder = run.holder.map { ", by \($0)" } ?? ""
    let steps = run.steps ?? []
    let shown = isWide ? steps[...] : steps.suffix(Self.listed)
    var children = shown.map(Self.step)
    if steps.count > shown.count {
      children.insert(PluginTree("\(steps.count - shown.count) before", .faint), at: 0)
    }
    return PluginTree("run       \(run.outcome)\(age)\(holder)", ink, children: children)
  }

  private static func step(_ step: RunStepStatus) -> PluginTree {
    let time = step.durationMilliseconds.map { "  \(ElapsedText.short(milliseconds: Int($0)))" } ?? ""
    let ink: Ink? = step.state == "Failed" ? .bad : step.state == "Running" ? .strong : nil
    var children: [PluginTree] = []
    if let backfill = step.backfill {
      let text = BackfillLine.text(
        table: backfill.table, rows: Int(backfill.rowsDone), estimated: backfill.rowsEstimated.map { Int($0) },
        position: backfill.position)
      children.append(PluginTree("backfill of \(text)"))
    }
    if let error = step.error {
      let place = [error.script, error.line.map(String.init), error.column.map(String.init)].compactMap(\.self)
      let state = error.sqlState.map { " (SQLSTATE \($0))" } ?? ""
      children.append(PluginTree("\(place.joined(separator: ":"))  \(error.message)\(state)", .bad))
      if let hint = error.hint { children.append(PluginTree("hint: \(hint)")) }
    }
    return PluginTree("\(step.script)  \(step.state)\(time)", ink, children: children)
  }

  // Reason and message of a condition that is False.
  private func failed(_ type: ConditionType) -> String? {
    guard let condition = status.condition(type), condition.status == "False" else { return nil }
    return "\(condition.reason): \(condition.message)"
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
