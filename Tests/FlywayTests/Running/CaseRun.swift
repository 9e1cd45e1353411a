import Testing

/// Runs a case one way and compares every step with what was recorded.
enum CaseRun {
  static func run<Path: FlywayPath>(_ recorded: RecordedCase, through path: Path) async throws {
    let found = try await Places.shared.whileHolding {
      try await CaseDatabase.run { database in
        let place = CasePlace(recorded: recorded, folder: try CaseFolder(recorded), database: database)
        return try await differences(place, path)
      }
    }
    for (index, step) in recorded.steps.enumerated() {
      let deliberate = try DeliberateDifference.fields(recorded, index, Path.kind)
        .filter { !Path.unseen.contains($0.key) }
      report(recorded, index, step, found[index], deliberate: deliberate, Path.kind)
    }
  }

  private static func differences<Path: FlywayPath>(
    _ place: CasePlace, _ path: Path
  ) async throws -> [[FieldDifference]] {
    let recorded = place.recorded
    try place.folder.apply(recorded.files, replacing: recorded.isCommandLine ? place.resolve : { $0 })
    try await place.database.setUp(recorded)
    let names = ["$DB": place.database.name, "$CWD": "$DIR"]
    var found: [[FieldDifference]] = []
    for step in recorded.steps {
      try place.folder.apply(step.files ?? [:], replacing: recorded.isCommandLine ? place.resolve : { $0 })
      if let sql = step.sql { try await place.database.execute(sql) }
      var fields = try await place.database.during(step.during) { try await path.perform(step, place) }
      fields.merge(try await place.database.observe(recorded)) { $1 }
      found.append(
        FieldDifference.all(
          expected: Expectation(recorded, step, names: names).fields,
          actual: fields.mapValues { $0.mapText(place.anonymous) }, unseen: Path.unseen))
    }
    return found
  }

  /// One issue for each field that is neither as recorded nor as listed, and one for each that is listed without need.
  private static func report(
    _ recorded: RecordedCase, _ index: Int, _ step: RecordedStep, _ found: [FieldDifference],
    deliberate: [String: JSONValue], _ kind: PathKind
  ) {
    let place = "\(recorded.name), step \(index) (\(step.command)), \(kind.rawValue)"
    for difference in found where deliberate[difference.field] != (difference.actual ?? .null) {
      let ours = deliberate[difference.field].map { "\n  listed: \($0)" } ?? ""
      Issue.record(
        """
        \(place): \(difference.field)
          Flyway: \(difference.expected)
          actual: \(difference.actual?.description ?? "nothing")\(ours)
        """)
    }
    for field in deliberate.keys.sorted() where !found.contains(where: { $0.field == field }) {
      Issue.record("\(place): \(field) is listed as a deliberate difference, but is as Flyway has it")
    }
  }
}
