extension CitusMigrationStatus {
  /// The status with every text and list cut to what the schema allows: one text too long, and a server refuses the
  /// whole status.
  var bounded: CitusMigrationStatus {
    var status = self
    status.lastHandledReconcileAt = lastHandledReconcileAt?.cut(1024)
    status.lastHandledRepairAt = lastHandledRepairAt?.cut(1024)
    status.summary = summary?.cut(256)
    status.conditions = conditions?.prefix(16).map(\.bounded)
    if let source {
      status.source = SourceStatus(
        revision: source.revision.cut(1024), digest: source.digest.cut(128), scripts: source.scripts)
    }
    status.cluster = cluster?.bounded
    status.currentVersion = currentVersion?.cut(64)
    if let plan {
      status.plan = PlanStatus(
        digest: plan.digest.cut(128), steps: plan.steps.prefix(100).map(\.bounded),
        effects: plan.effects.map { PlanEffectsStatus(source: $0.source.cut(32), message: $0.message?.cut(4096)) })
    }
    status.lastRun = lastRun?.bounded
    status.lastRepair = lastRepair.map { repair in
      RepairStatus(
        finishedAt: repair.finishedAt, outcome: repair.outcome.cut(64), message: repair.message.cut(4096))
    }
    status.cancellation = cancellation?.bounded
    status.history = history?.prefix(20).map(\.bounded)
    status.gate = gate?.bounded
    status.approval = approval?.bounded
    status.bypass = bypass?.bounded
    status.applied = applied?.suffix(AppliedEvidence.listed).map(\.bounded)
    status.drift = drift?.bounded
    status.lint = lint?.bounded
    return status
  }
}

extension Condition {
  /// In code points; the schema allows more, which nobody would read.
  static let messageLimit = 8192

  fileprivate var bounded: Condition {
    var condition = self
    condition.message = message.cut(Condition.messageLimit)
    return condition
  }
}

extension ClusterStatus {
  fileprivate var bounded: ClusterStatus {
    var cluster = self
    cluster.target = target.cut(512)
    cluster.citusVersion = citusVersion?.cut(64)
    cluster.postgresVersion = postgresVersion?.cut(64)
    cluster.workers = workers?.cut(32)
    cluster.nodes = nodes?.prefix(1001).map { node in
      NodeStatus(name: node.name.cut(512), group: node.group, role: node.role.cut(32), state: node.state.cut(128))
    }
    return cluster
  }
}

extension GateStatus {
  fileprivate var bounded: GateStatus {
    GateStatus(
      reason: reason.cut(64), message: message.cut(Condition.messageLimit), until: until?.cut(64), held: held)
  }
}

extension ApprovalStatus {
  fileprivate var bounded: ApprovalStatus {
    ApprovalStatus(digest: digest.cut(128), by: by?.cut(256), seenAt: seenAt)
  }
}

extension AppliedStatus {
  fileprivate var bounded: AppliedStatus {
    AppliedStatus(
      version: version?.cut(64), description: description?.cut(256), checksum: checksum, sha256: sha256?.cut(64),
      appliedAt: appliedAt?.cut(64))
  }
}

extension PlanStepStatus {
  fileprivate var bounded: PlanStepStatus {
    var step = self
    step.version = version?.cut(64)
    step.description = description.cut(256)
    step.script = script.cut(1024)
    step.effects = effects?.prefix(PlanEffectsObservation.mostOfStep).map { effect in
      var effect = effect
      effect.statement = effect.statement.cut(64)
      effect.table = effect.table.cut(256)
      effect.placement = effect.placement.cut(16)
      effect.lock = effect.lock?.cut(32)
      effect.blocks = effect.blocks?.cut(32)
      effect.rows = effect.rows?.cut(16)
      return effect
    }
    step.refusal = refusal?.bounded
    return step
  }
}

extension StepErrorStatus {
  fileprivate var bounded: StepErrorStatus {
    var error = self
    error.sqlState = sqlState?.cut(5)
    error.message = message.cut(4096)
    error.script = script?.cut(1024)
    error.hint = hint?.cut(4096)
    return error
  }
}

extension CancellationStatus {
  fileprivate var bounded: CancellationStatus {
    var cancellation = self
    cancellation.run = run.cut(64)
    cancellation.sourceDigest = sourceDigest?.cut(128)
    cancellation.reconcileAt = reconcileAt?.cut(1024)
    cancellation.repairAt = repairAt?.cut(1024)
    return cancellation
  }
}

extension RunStatus {
  fileprivate var bounded: RunStatus {
    var run = self
    run.id = id?.cut(64)
    run.outcome = outcome.cut(64)
    run.holder = holder?.cut(512)
    run.steps = steps?.prefix(100).map(\.bounded)
    return run
  }
}

extension RunStepStatus {
  fileprivate var bounded: RunStepStatus {
    var step = self
    step.version = version?.cut(64)
    step.script = script.cut(1024)
    step.state = state.cut(32)
    step.backfill = backfill.map { backfill in
      BackfillStatus(
        table: backfill.table.cut(256), rowsDone: backfill.rowsDone, rowsEstimated: backfill.rowsEstimated,
        position: backfill.position.cut(256))
    }
    step.error = error?.bounded
    return step
  }
}

extension HistoryStatus {
  fileprivate var bounded: HistoryStatus {
    var row = self
    row.version = version?.cut(64)
    row.description = description.cut(256)
    row.type = type.cut(32)
    row.script = script.cut(1024)
    row.installedOn = installedOn.cut(64)
    return row
  }
}

extension String {
  /// The first code points: a server counts those (OpenAPI's maxLength), of which one visible character may have many.
  func cut(_ count: Int) -> String {
    // Most texts are short: bytes are never fewer than code points.
    utf8.count <= count ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(max(0, count))))
  }
}
