internal import Support

extension MigrationPlan {
  /// Identifies what the plan does to a target: for approvals.
  ///
  /// SHA-256, in hexadecimal, over a text in UTF-8: the line `whimbrel plan 2`, a line with the target, a line `mark` with
  /// the version where a baseline row is to be written, the lines of `terms`, and the digest of the steps. That of no
  /// steps is the one of the line `whimbrel plan 2 end`; that of some is the one of a line for the first, followed by the
  /// digest of the others: kind (`versioned`, `baseline`, `repeatable`), version or description, Flyway's checksum,
  /// SHA-256 of the file's bytes, and what its `.conf` says that matters. Texts stand behind their length in bytes and a
  /// colon, fields behind a blank, lines end in LF.
  package func digest(target: String) -> String {
    PlanDigest(self, target: target).text(of: Self.chain(steps.map(\.script)))
  }

  /// Whether this plan is what is left of one with that digest: the steps that were before these in it are applied.
  ///
  /// An approval of a plan is one of its rest. Nothing but the digest is believed: at most `longestRest` migrations, the
  /// last ones that the history records as applied, are put before what is pending, one after the other.
  package func isRest(of digest: String, target: String) -> Bool {
    let whole = PlanDigest(self, target: target)
    var chain = Self.chain(steps.map(\.script))
    if whole.text(of: chain) == digest { return true }
    for script in lastApplied {
      chain = PlanDigest.prepend(script, to: chain)
      if whole.text(of: chain) == digest { return true }
    }
    return false
  }

  /// How many applied migrations are tried.
  package static let longestRest = 1000

  private static func chain(_ scripts: [MigrationScript]) -> String {
    scripts.reversed().reduce(PlanDigest.end) { PlanDigest.prepend($1, to: $0) }
  }

  // Those whose file is what the history says, from the latest on.
  private var lastApplied: [MigrationScript] {
    let applied = migrations.compactMap { info -> (rank: Int, script: MigrationScript)? in
      guard let row = info.row, let script = info.script, row.success, row.checksum != nil,
        script.matches(checksum: row.checksum)
      else { return nil }
      return (row.installedRank, script)
    }
    return applied.sorted { $0.rank > $1.rank }.prefix(Self.longestRest).map(\.script)
  }
}

/// The parts of a plan's digest.
struct PlanDigest {
  private let head: String

  init(_ plan: MigrationPlan, target: String) {
    var head = "whimbrel plan 2\n\(Self.field(target))\n"
    if let baseline = plan.baseline { head += "mark \(Self.field(baseline.version))\n" }
    self.head = head + plan.terms.map { $0 + "\n" }.joined()
  }

  func text(of chain: String) -> String { ContentDigest.sha256(Array((head + chain).utf8)) }

  static let end = ContentDigest.sha256(Array("whimbrel plan 2 end\n".utf8))

  static func prepend(_ script: MigrationScript, to chain: String) -> String {
    let subject = field(script.version?.description ?? script.description)
    let line = "\(script.name.kind) \(subject) \(script.checksum) \(script.sha256)\(configuration(script))\n"
    return ContentDigest.sha256(Array((line + chain).utf8))
  }

  // What is not in the script's own bytes and decides how it runs.
  private static func configuration(_ script: MigrationScript) -> String {
    let configuration = script.configuration
    var text = configuration.executeInTransaction.map { " transaction=\($0)" } ?? ""
    text += configuration.placeholderReplacement.map { " placeholders=\($0)" } ?? ""
    text += configuration.encoding.map { " encoding=\(field($0.name))" } ?? ""
    return text + configuration.remarks.map { " remark=\(field(String($0.text)))" }.joined()
  }

  static func field(_ text: String) -> String { "\(text.utf8.count):\(text)" }

  /// What else decides about what runs: settings that change the statements or how they run, and the callbacks.
  static func terms(_ settings: MigrationSettings, _ callbacks: [CallbackEvent: [PlannedCallback]]) -> [String] {
    var lines = settings.placeholders.sorted { $0.key < $1.key }.map {
      "placeholder \(field($0.key)) \(field($0.value))"
    }
    let flags = [
      ("unplaced", !settings.placeholderReplacement), ("skip", settings.skipExecutingMigrations),
      ("group", settings.group), ("mixed", settings.mixed), ("alone", !settings.executeInTransaction),
    ]
    lines += flags.filter(\.1).map { "option \($0.0)" }
    if let sql = settings.initSql { lines.append("init \(field(sql))") }
    let scripts = callbacks.values.joined().map(\.script)
    lines += scripts.map { "callback \($0.event.rawValue) \(field($0.script)) \($0.sha256)" }.sorted()
    return lines
  }
}
