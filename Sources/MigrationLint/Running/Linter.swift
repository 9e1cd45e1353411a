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
    let entries = ScriptOrder(files, settings.naming).entries
    for (index, entry) in entries.enumerated() { run.take(entry.read(settings), entry, index) }
    run.finish(entries, removed)
    return run.result(entries.indices.map { run.report(entries[$0], $0) })
  }

  /// The same, with what concerns one file alone done for several side by side, also while the statements of those before
  /// them are looked at in their order.
  ///
  /// It keeps the threads of the cooperative pool busy to the end, also when the task is cancelled: for a process that has
  /// nothing else to do.
  /// - Parameter ahead: how many bytes of files are read before the statements in them are looked at; what is read takes
  ///   some 25 times as much memory.
  package func runSideBySide(_ files: [LintFile], removed: [String] = [], ahead: Int = 4 << 20) async -> Result {
    var run = LintRun(settings: settings, state: seed, rules: rules)
    let entries = ScriptOrder(files, settings.naming).entries
    let read: @Sendable (Range<Int>) async -> [ScriptReading] = { [settings] part in
      await Self.sideBySide(part) { entries[$0].read(settings) }
    }
    // One is looked at while the next is read.
    let parts = Self.parts(of: entries.map(\.file.bytes.count), ahead / 2)
    var readings = await read(parts.first ?? 0..<0)
    for (part, next) in zip(parts, parts.dropFirst() + [0..<0]) {
      async let following = read(next)
      for (index, reading) in zip(part, readings) { run.take(reading, entries[index], index) }
      readings = await following
    }
    run.finish(entries, removed)
    return run.result(await Self.sideBySide(entries.indices) { [run] in run.report(entries[$0], $0) })
  }

  /// Ranges of up to 32 files that have at most `most` bytes together, or of one.
  static func parts(of sizes: [Int], _ most: Int) -> [Range<Int>] {
    var (parts, start, sum): ([Range<Int>], Int, Int) = ([], 0, 0)
    for (index, size) in sizes.enumerated() {
      if index > start, sum + size > most || index - start == 32 {
        parts.append(start..<index)
        (start, sum) = (index, 0)
      }
      sum += size
    }
    return start < sizes.count ? parts + [start..<sizes.count] : parts
  }

  private static func sideBySide<Value: Sendable>(
    _ indices: Range<Int>, _ work: @escaping @Sendable (Int) -> Value
  ) async -> [Value] {
    let lanes = 8
    return await withTaskGroup(of: [(Int, Value)].self) { group in
      for first in indices.prefix(lanes) {
        group.addTask { stride(from: first, to: indices.upperBound, by: lanes).map { ($0, work($0)) } }
      }
      var values: [(Int, Value)] = []
      for await lane in group { values += lane }
      return values.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}

extension ScriptOrder.Entry {
  fileprivate func read(_ settings: LintSettings) -> ScriptReading { ScriptReading(file, settings, role: role) }
}

/// One run over one directory.
struct LintRun: Sendable {
  private let settings: LintSettings
  private var state: SchemaState
  private let rules: [Rule]
  /// Each with the number of its rule.
  private let statementChecks: [(rule: Int, check: @Sendable (StatementContext) -> [Remark])]
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
    statementChecks = rules.enumerated().flatMap { index, rule in
      rule.checks.compactMap { check in
        guard case .statement(let check) = check else { return nil }
        return (index, check)
      }
    }
    seed = state
  }

  /// Looks at the statements of the next script, with what those before it have left.
  mutating func take(_ reading: ScriptReading, _ entry: ScriptOrder.Entry, _ index: Int) {
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
    for (rule, check) in statementChecks {
      for remark in check(context) { found.append((rules[rule], remark)) }
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

  /// What is to be said of one file; nil where nobody asks.
  func report(_ entry: ScriptOrder.Entry, _ index: Int) -> (findings: [Finding], ignored: Int)? {
    guard entry.file.isReported else { return nil }
    var report = FileReport(file: entry.file, statements: statements[index], settings: settings)
    return (report.findings(remarks[index]), report.ignored)
  }

  func result(_ reports: [(findings: [Finding], ignored: Int)?]) -> Linter.Result {
    let reports = reports.compactMap(\.self)
    return Linter.Result(
      findings: reports.flatMap(\.findings)
        + removed.compactMap { FileReport.finding(onRemoved: $0.remark, $0.rule, settings) },
      files: reports.count, ignored: reports.map(\.ignored).reduce(0, +))
  }
}
