import MigrationCore
@testable import Promotion
import Support

/// Short ways to make questions.
enum Samples {
  static let now = Timestamp(rfc3339: "2026-01-05T10:00:00Z") ?? Timestamp(microseconds: 0)

  static func script(_ path: String, _ text: String = "SELECT 1", conf: String? = nil) -> MigrationScript {
    var files = [ScriptFile(path: path, bytes: Array(text.utf8))]
    if let conf { files.append(ScriptFile(path: path + ".conf", bytes: Array(conf.utf8))) }
    let set = MigrationSet.resolve(files, settings: MigrationSettings())
    precondition(set.problems.isEmpty, "\(set.problems)")
    return (set.versioned + set.repeatables + set.baselines)[0]
  }

  static func steps(_ paths: String...) -> [PendingStep] {
    paths.map { PendingStep(script($0, "SELECT '\($0)'")) }
  }

  static func evidence(
    _ step: PendingStep, checksum: Int32? = nil, sha256: String? = nil, ago: Duration = .seconds(3600)
  ) -> UpstreamObservation.Evidence {
    UpstreamObservation.Evidence(
      checksum: checksum ?? step.checksum, sha256: sha256 ?? step.sha256, appliedAt: now.advanced(by: .zero - ago))
  }

  static func upstream(
    _ evidence: [(PendingStep, UpstreamObservation.Evidence)], tellsContents: Bool = true, isPolled: Bool = false,
    isComplete: Bool = true, name: String = "CitusMigration dev/app"
  ) -> UpstreamObservation {
    let applied = Dictionary(uniqueKeysWithValues: evidence.map { ($0.0.key, $0.1) })
    return UpstreamObservation(
      name: name, state: .applied(applied, isComplete: isComplete), tellsContents: tellsContents, isPolled: isPolled)
  }

  static func question(
    _ steps: [PendingStep], _ change: (inout GateQuestion) -> Void = { _ in }
  ) -> GateQuestion {
    var question = GateQuestion(settings: PromotionSettings(), steps: steps, digest: "d1", now: now)
    change(&question)
    return question
  }

  static func window(
    _ schedule: String, _ duration: Duration, name: String? = nil, zone: TimeZoneTable = .utc
  ) -> PromotionWindow {
    guard let schedule = try? CronSchedule(schedule) else { preconditionFailure("\(schedule)") }
    return PromotionWindow(name: name, schedule: schedule, duration: duration, zone: zone)
  }
}
