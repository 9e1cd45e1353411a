internal import MigrationCore

/// A life of a directory and its database, drawn from a seed: edits, runs and repairs, with the model and the core
/// compared after each.
struct ModelScenario {
  var model = FlywayModel()
  /// What was done so far, for the reader of a failure.
  var log: [String] = []
  private var random: SeededGenerator
  private let seed: UInt64

  /// How often something of note came up, over all scenarios: a comparison that never sees a state proves nothing.
  private(set) var seen: [String: Int] = [:]

  init(seed: UInt64) {
    self.seed = seed
    random = SeededGenerator(seed: seed)
  }

  mutating func run(steps: Int) throws(Violation) {
    for _ in 0..<steps {
      step()
      do throws(Violation) {
        for name in try ModelComparison(model).check() { seen[name, default: 0] += 1 }
      } catch {
        throw Violation("seed \(seed): \(error)\nafter:\n\(log.joined(separator: "\n"))")
      }
    }
  }

  private mutating func step() {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<6: add()
    case 6..<8: edit()
    case 8: delete()
    case 9: rename()
    case 10..<15: migrate()
    case 15..<17: repair()
    case 17: write()
    default: configure()
    }
  }
}

// MARK: Edits

extension ModelScenario {
  private static let spellings: [(version: [Int], texts: [String])] = [
    ([1], ["1", "01", "1.0", "1_0"]), ([1, 1], ["1.1", "1_1", "1.01"]), ([2], ["2", "2.0.0"]),
    ([2, 5], ["2.5", "2_5"]),
    ([3], ["3", "003"]), ([9], ["9"]), ([10], ["10", "010_0"]), ([20261122, 10], ["20261122.10", "20261122_10"]),
  ]
  private static let descriptions = ["users", "add index", "views", "fill  gap", "x"]

  private mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.randomElement(using: &random)
  }

  /// Almost never a second file of one migration.
  private mutating func add() {
    guard let (version, texts) = pick(Self.spellings), let spelling = pick(texts),
      let description = pick(Self.descriptions)
    else { return }
    let kind: ModelFile.Kind =
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<6: .versioned
      case 6..<9: .repeatable
      default: .baseline
      }
    let isRepeatable = kind == .repeatable
    let file = ModelFile(
      kind: kind, version: isRepeatable ? [] : version, spelling: isRepeatable ? "" : spelling,
      description: description, content: content())
    model.files.append(file)
    let keepsDuplicate = Int.random(in: 0..<50, using: &random) == 0
    if model.files.dropLast().contains(where: { $0.path == file.path }) || model.hasDuplicates && !keepsDuplicate {
      model.files.removeLast()
    } else {
      log.append("add \(file.path): \(file.content)")
    }
  }

  private mutating func content() -> String {
    let number = Int.random(in: 0..<4, using: &random)
    return Bool.random(using: &random) ? "SELECT \(number);\n" : "SELECT '${env}', \(number);\r\n"
  }

  private mutating func edit() {
    guard let index = pick(Array(model.files.indices)) else { return }
    model.files[index].content = content()
    log.append("edit \(model.files[index].path): \(model.files[index].content)")
  }

  private mutating func delete() {
    // A file that has just failed goes more often than others: few would see it again.
    let failed = model.rows.last.flatMap { row in model.files.firstIndex { !row.success && $0.path == row.script } }
    guard let index = failed ?? pick(Array(model.files.indices)) else { return }
    log.append("delete \(model.files.remove(at: index).path)")
  }

  private mutating func rename() {
    guard let index = pick(Array(model.files.indices)), let description = pick(Self.descriptions) else { return }
    var renamed = model
    renamed.files[index].description = description
    guard !renamed.hasDuplicates else { return }
    log.append("rename \(model.files[index].path) to \(renamed.files[index].path)")
    model = renamed
  }
}

// MARK: Commands

extension ModelScenario {
  private mutating func migrate() {
    guard !model.isMigrateRefused else {
      log.append("migrate: refused")
      seen["refused migrate", default: 0] += 1
      return
    }
    let failing = Int.random(in: 0..<5, using: &random) == 0 ? Int.random(in: 0..<3, using: &random) : nil
    let done = model.migrate(failing: failing)
    log.append("migrate\(failing.map { ", \($0) fails" } ?? ""): \(done.map(\.path))")
  }

  private mutating func repair() {
    guard model.hasTable, !model.hasDuplicates, !model.applied().isCorrupt else { return }
    model.repair()
    log.append("repair")
  }

  /// Rows that other programs or older versions left: a Java migration, created schemas, a repeatable recorded before
  /// its placeholders were replaced.
  private mutating func write() {
    let next = (model.rows.map(\.rank).max() ?? 0) + 1
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      guard let version = pick(Self.spellings)?.version else { return }
      let text = version.map(String.init).joined(separator: ".")
      model.rows.append(
        ModelRow(
          rank: next, version: version, versionText: text, description: "java", type: "JDBC", script: "db.J\(text)",
          checksum: nil, success: true))
    case 1:
      guard !model.hasTable else { return }
      model.rows.append(
        ModelRow(
          rank: 0, version: nil, versionText: nil, description: "<< Flyway Schema Creation >>", type: "SCHEMA",
          script: "\"app\"", checksum: nil, success: true))
    default:
      guard let index = pick(model.rows.indices.filter { model.rows[$0].version == nil }),
        let file = model.file(of: model.rows[index])
      else { return }
      model.rows[index].checksum = file.rawChecksum
    }
    model.hasTable = true
    log.append("write: \(model.rows)")
  }

  private mutating func configure() {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: model.outOfOrder.toggle()
    case 1: model.validateOnMigrate.toggle()
    case 2: model.env = model.env == "a" ? "b" : "a"
    case 3: model.patterns = patterns()
    case 4: baseline()
    default: model.target = target()
    }
    log.append(
      "outOfOrder \(model.outOfOrder), validateOnMigrate \(model.validateOnMigrate), env \(model.env), patterns \(model.patterns), target \(model.target)"
    )
  }

  private mutating func patterns() -> [(type: String, state: String)] {
    (0..<Int.random(in: 0..<3, using: &random)).compactMap { _ in
      guard let type = pick(["*", "versioned", "repeatable"]),
        let state = pick(["*", "missing", "pending", "ignored", "future", "future"])
      else { return nil }
      return (type, state)
    }
  }

  private mutating func target() -> FlywayModel.Target {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: .current
    case 1: .next
    case 2..<4: .version(pick(Self.spellings)?.version ?? [1], mustExist: Bool.random(using: &random))
    default: .latest
    }
  }

  private mutating func baseline() {
    guard let version = pick(Self.spellings)?.version, !model.hasTable else { return }
    log.append("baseline \(version)")
    model.hasTable = true
    let text = version.map(String.init).joined(separator: ".")
    model.rows.append(
      ModelRow(
        rank: 1, version: version, versionText: text, description: "<< Flyway Baseline >>", type: "BASELINE",
        script: "<< Flyway Baseline >>", checksum: nil, success: true))
  }
}
