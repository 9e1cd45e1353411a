internal import FlywaySettings
internal import Glibc
internal import MigrationCore
internal import MigrationEngine
internal import Support

// The verb `drift`.
extension VerbRun {
  private var options: DriftOptions { command.drift }

  /// The longest file for `--baseline`.
  private static let largestBaseline = 32 << 20

  /// Compares: scripts with the history, shards with their tables, and the database with a baseline, where there is one.
  func drift(_ scripts: MigrationSet, _ context: ReportContext) async throws(CommandFailure) -> VerbOutcome {
    let current: DriftFingerprint
    let history: HistorySnapshot
    let shards: ShardFindings
    let stored: String?
    do throws(EngineError) {
      history = try await session.readHistory(context.settings)
      current = try await session.fingerprint(context.settings)
      shards = try await session.compareShards(context.settings)
      stored = options.baseline == nil ? try await session.storedBaseline(context.settings) : nil
    } catch {
      throw CommandFailure(Failure(error))
    }
    let (baseline, source) = try await baseline(stored)
    var differences = ScriptDrift.differences(scripts, history: history.rows, settings: context.settings)
    var notCompared = shards.unanswered
    if let baseline {
      if baseline.basis == current.basis {
        differences += DriftFingerprint.differences(expected: baseline, actual: current)
      } else {
        notCompared.append(
          "\(source) is of '\(baseline.basis.server)' and schemas '\(baseline.basis.scope)', the database of "
            + "'\(current.basis.server)' and '\(current.basis.scope)'; take another with --save")
      }
    }
    differences = (differences + shards.differences).ignoring(options.ignore).sorted { $0.key < $1.key }
    if let path = options.save { try await save(current.text, path) }
    let report = DriftResult(
      differences: differences, notCompared: notCompared, baseline: baseline == nil ? nil : source,
      objects: current.objects.count, placements: shards.placements, saved: options.save)
    return report.outcome(context, on: command.console.result)
  }

  private func baseline(_ stored: String?) async throws(CommandFailure) -> (DriftFingerprint?, source: String) {
    guard let path = options.baseline else {
      return (stored.flatMap { DriftFingerprint(text: $0) }, "the baseline that the database keeps")
    }
    let content = await BlockingWork.run { InputFile.read(path, limit: Self.largestBaseline) }
    let problem: String
    switch content {
    case .bytes(let bytes):
      if let baseline = DriftFingerprint(text: String(decoding: bytes, as: UTF8.self)) { return (baseline, path) }
      problem = "is no baseline of this version"
    case .absent: problem = "is not there"
    case .unreadable(let reason): problem = "cannot be read: \(reason)"
    }
    throw CommandFailure(
      Failure(
        CommandError(
          .unsuitable, "\(VisibleText.cell(path)) \(problem).", nextStep: "Write one with whimbrel drift --save FILE."))
    )
  }

  // Whole or not at all: a reader never finds half of it.
  private func save(_ text: String, _ path: String) async throws(CommandFailure) {
    let draft = "\(path).\(getpid()).new"
    do throws(CommandError) {
      try await BlockingWork.run { () throws(CommandError) in
        try NewFile.write(text, to: draft)
        guard rename(draft, path) == 0 else {
          let reason = String(cString: strerror(errno))
          unlink(draft)
          throw CommandError(
            .unwritable, "\(VisibleText.cell(path)) cannot be written: \(reason).", nextStep: "Name another file.")
        }
      }
    } catch {
      throw CommandFailure(Failure(error))
    }
  }
}
