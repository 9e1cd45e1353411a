internal import MigrationCore

/// Reads a directory of scripts in the order in which they run, and says what is wrong with them.
package struct Linter: Sendable {
  /// What was found.
  package struct Result: Sendable {
    /// In the order of files, then of places.
    package let findings: [Finding]
    /// How many files were reported on.
    package let files: Int
    /// How many findings comments have ignored.
    package let ignored: Int
  }

  private let settings: LintSettings
  private let seed: SchemaState
  private let rules: [Rule]

  /// A linter with its settings; `seed` is what the database holds before the first script.
  package init(settings: LintSettings = LintSettings(), seed: SchemaState? = nil, rules: [Rule] = Rule.all) {
    self.settings = settings
    self.seed = seed ?? SchemaState(defaultSchema: settings.defaultSchema)
    self.rules = rules
  }

  /// Reads files of one directory; their order does not matter.
  ///
  /// - Parameter removed: paths of files that were there at the revision that is compared with, and are no more.
  package func run(_ files: [LintFile], removed: [String] = []) -> Result {
    var run = LintRun(settings: settings, state: seed, rules: rules)
    let order = ScriptOrder(files, settings.naming)
    for (index, entry) in order.entries.enumerated() { run.read(entry, index) }
    run.finish(order.entries, removed)
    return run.result(order.entries)
  }
}

/// One run over one directory.
struct LintRun {
  private let settings: LintSettings
  private var state: SchemaState
  private let rules: [Rule]
  private let seed: SchemaState
  /// By file.
  private var remarks: [[(rule: Rule, remark: Remark)]] = []
  private var removed: [(rule: Rule, remark: Remark)] = []
  private var statements: [[Range<Int>]] = []
  /// Behind the last script that `migrate` runs: undo scripts come after it.
  private var final: SchemaState?

  init(settings: LintSettings, state: SchemaState, rules: [Rule]) {
    self.settings = settings
    self.state = state
    self.rules = rules
    seed = state
  }

  mutating func read(_ entry: ScriptOrder.Entry, _ index: Int) {
    let reading = ScriptReading(entry.file, settings, role: entry.role)
    let script = ScriptFacts(
      index: index, path: entry.file.path, name: entry.file.name, role: entry.role, statements: reading.statements,
      executeInTransaction: entry.file.configuration.executeInTransaction)
    remarks.append([])
    statements.append(reading.statements.map(\.range))
    if entry.role == .undo, final == nil { final = state }
    // Nothing else may hold the state of a script that changes it, or each change would copy it.
    let before = entry.isFolded ? nil : state
    if entry.role == .baseline, !entry.isFolded { state = seed }
    state.shardCount = nil
    state.distributesSchemas = false
    for problem in reading.problems { note(Rule.parseBroken, Self.remark(problem), index) }
    for statement in script.statements {
      for placed in statement.shapes { check(placed, statement, script) }
    }
    check(script)
    if let before { state = before }
  }

  private mutating func check(_ placed: PlacedShape, _ statement: LintedStatement, _ script: ScriptFacts) {
    // In a function of its own, so that nothing holds the state when it is changed.
    for (rule, remark) in found(placed, statement, script) { note(rule, remark, script.index) }
    state.apply(placed.shape, file: script.index)
  }

  private func found(
    _ placed: PlacedShape, _ statement: LintedStatement, _ script: ScriptFacts
  ) -> [(Rule, Remark)] {
    let context = StatementContext(
      placed: placed, statement: statement, script: script, state: state, settings: settings)
    var found: [(Rule, Remark)] = []
    for rule in rules {
      for case .statement(let check) in rule.checks { found += check(context).map { (rule, $0) } }
    }
    return state.sizes.isEmpty ? found : found.map { ($0, weighed($1, $0, placed.shape)) }
  }

  private func weighed(_ remark: Remark, _ rule: Rule, _ shape: Shape) -> Remark {
    guard rule.isOfSize, let size = state.size(of: shape.forecast.map(\.table)) else { return remark }
    return remark.weighed(by: size)
  }

  private mutating func check(_ script: ScriptFacts) {
    let context = ScriptContext(script: script, state: state, settings: settings)
    for rule in rules {
      for case .script(let check) in rule.checks {
        for remark in check(context) { note(rule, remark, script.index) }
      }
    }
  }

  private mutating func note(_ rule: Rule, _ remark: Remark, _ file: Int) {
    guard remarks.indices.contains(file), remarks[file].count < Self.mostFindings else { return }
    remarks[file].append((rule, remark))
  }

  /// Of one file: more say nothing that a person could use.
  static let mostFindings = 10_000

  private static func remark(_ problem: MigrationError) -> Remark {
    let offset = problem.position?.byteOffset ?? 0
    return Remark(offset..<(offset + 1), ScriptMask.shown(problem.message), remedy: ScriptMask.shown(problem.nextStep))
  }
}

// MARK: The directory

extension LintRun {
  mutating func finish(_ entries: [ScriptOrder.Entry], _ gone: [String]) {
    let context = DirectoryContext(
      entries: entries.map {
        DirectoryContext.Entry(
          path: $0.file.path, name: $0.file.name, role: $0.role, meaning: $0.meaning, change: $0.file.change)
      }, removed: gone, state: final ?? state,
      settings: settings)
    for rule in rules {
      for case .directory(let check) in rule.checks {
        for remark in check(context) {
          if let file = remark.file { note(rule, remark, file) } else { removed.append((rule, remark)) }
        }
      }
    }
  }

  func result(_ entries: [ScriptOrder.Entry]) -> Linter.Result {
    var findings: [Finding] = []
    var ignored = 0
    for (index, entry) in entries.enumerated() where entry.file.isReported {
      var report = FileReport(file: entry.file, statements: statements[index], settings: settings)
      findings += report.findings(remarks[index])
      ignored += report.ignored
    }
    findings += removed.compactMap { FileReport.finding(onRemoved: $0.remark, $0.rule, settings) }
    return Linter.Result(findings: findings, files: entries.count { $0.file.isReported }, ignored: ignored)
  }
}
