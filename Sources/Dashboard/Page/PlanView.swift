internal import Controller

/// What would run next.
package struct PlanView: Sendable, Encodable, Equatable {
  package var digest: String
  package var steps: [Step]
  /// How many more are pending than are listed.
  package var more: Int
  /// Where the effects of the steps are known from; nil where they are not known.
  package var effects: Effects?

  /// Where effects are known from.
  package struct Effects: Sendable, Encodable, Equatable {
    /// `ScratchDatabase` or `Model`.
    package var source: String
    package var message: String?
  }

  /// One pending migration.
  package struct Step: Sendable, Encodable, Equatable {
    package var version: String?
    package var description: String
    package var script: String
    package var checksum: Int64
    package var transactional: Bool
    /// What it does to tables that are there.
    package var effects: [Effect]
    /// Why it did not go through in a scratch database, and where.
    package var refusal: RunView.Failure?
  }

  /// What one statement does to one table.
  package struct Effect: Sendable, Encodable, Equatable {
    package var line: Int
    package var statement: String
    package var table: String
    /// `local`, `distributed` or `reference`.
    package var placement: String
    package var bytes: Int64?
    package var shards: Int?
    package var nodes: Int?
    package var lock: String?
    /// What others wait to do: `reads and writes`, `writes`, `schema changes` or `nothing`.
    package var blocks: String?
    /// `Rewritten` or `Read`.
    package var rows: String?

    init(_ effect: StepEffectStatus) {
      (line, statement, table, placement) = (effect.line, effect.statement, effect.table, effect.placement)
      (bytes, shards, nodes) = (effect.bytes, effect.shards, effect.nodes)
      (lock, blocks, rows) = (effect.lock, effect.blocks, effect.rows)
    }
  }

  init(_ plan: PlanStatus, pending: Int?) {
    digest = plan.digest
    steps = plan.steps.map {
      Step(
        version: $0.version, description: $0.description, script: $0.script, checksum: $0.checksum,
        transactional: $0.transactional, effects: ($0.effects ?? []).map { Effect($0) },
        refusal: $0.refusal.map { RunView.Failure($0) })
    }
    effects = plan.effects.map { Effects(source: $0.source, message: $0.message) }
    more = max(0, (pending ?? 0) - plan.steps.count)
  }
}

/// What holds pending migrations, and who has opened it.
package struct GateView: Sendable, Encodable, Equatable {
  package var reason: String
  package var message: String
  package var until: String?
  package var held: Int
  package var approval: Approval?
  package var bypass: Approval?

  /// Who approved, or bypassed, as that person says.
  package struct Approval: Sendable, Encodable, Equatable {
    package var digest: String
    package var by: String?
    package var seenAt: String

    init(_ approval: ApprovalStatus) {
      (digest, by, seenAt) = (approval.digest, approval.by, approval.seenAt)
    }
  }

  /// Nil while nothing is held.
  init?(_ status: CitusMigrationStatus) {
    guard let gate = status.gate else { return nil }
    (reason, message, until, held) = (gate.reason, gate.message, gate.until, gate.held)
    approval = status.approval.map { Approval($0) }
    bypass = status.bypass.map { Approval($0) }
  }
}

/// What the linter says of the pending migrations.
package struct LintView: Sendable, Encodable, Equatable {
  package var errors: Int
  package var warnings: Int
  package var infos: Int
  package var findings: [Finding]

  /// One finding.
  package struct Finding: Sendable, Encodable, Equatable {
    package var rule: String
    package var level: String
    package var script: String
    package var line: Int
    package var column: Int
    package var message: String
    package var remedy: String
  }

  init(_ lint: LintStatus) {
    (errors, warnings, infos) = (lint.errors, lint.warnings, lint.infos)
    findings = lint.findings.map {
      Finding(
        rule: $0.rule, level: $0.level, script: $0.script, line: $0.line, column: $0.column, message: $0.message,
        remedy: $0.remedy)
    }
  }
}
