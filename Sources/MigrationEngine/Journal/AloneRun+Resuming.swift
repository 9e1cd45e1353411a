internal import MigrationCore
internal import Postgres

extension AloneRun {
  /// Makes the session what the statements before have made it.
  /// - Throws: `undecided` where that cannot be known.
  func restoreSession(_ position: Resumption) async throws(StepStop) {
    guard step.program == nil, position.done < step.statements.count else { return }
    let earlier = Array(step.statements.prefix(position.done))
    place.statement = step.statements[position.done]
    if SessionTrace.isUnclear(after: earlier) {
      throw .undecided(Undecided(position, .session, "what the script had done in its session before is lost"))
    }
    for statement in SessionTrace.replayable(earlier) {
      place.warnings += try await Self.asking { () async throws(PostgresError) in
        try await runner.sender.send(statement)
      }
    }
    place.statement = nil
  }

  /// Finds out what became of the statement that was under way.
  /// - Returns: how many statements are done.
  /// - Throws: `undecided` where nothing tells.
  func settle(_ position: Resumption) async throws(StepStop) -> Int {
    guard step.program == nil, position.done < step.statements.count else {
      throw .undecided(Undecided(position, .statement, "nothing in the database tells whether the program was done"))
    }
    let statement = step.statements[position.done]
    place.statement = statement
    let finding = try await Self.asking { () async throws(PostgresError) in
      try await IndexLook(connection: connection).find(statement.facts.concurrentIndex)
    }
    switch Settlement.judge(statement.facts.settling, finding) {
    case .done:
      return try await settled(position)
    case .again: break
    case .tidy(let index, let drops, let strays, let isDone):
      request.report(.rebuilding(step, index: index))
      try await tidy(index, drops, strays)
      if isDone { return try await settled(position) }
    case .undecided(let finding):
      throw .undecided(Undecided(position, .statement, finding))
    }
    place.statement = nil
    return position.done
  }

  private func settled(_ position: Resumption) async throws(StepStop) -> Int {
    try await note(done: position.done + 1)
    place.statement = nil
    return position.done + 1
  }

  private func tidy(_ index: String, _ drops: [String], _ strays: [String]) async throws(StepStop) {
    for drop in drops { try await runner.execute([drop]) }
    guard !strays.isEmpty else { return }
    let refusal = try await Self.asking { () async throws(PostgresError) in
      try await ShardIndexes(connection: connection, name: index).drop(strays)
    }
    guard let refusal else { return }
    throw .refused(
      EngineError(
        .remnants,
        "\(step.script.script): shards have an index \(index) that the coordinator does not know, and a node did not drop "
          + "it: \(refusal); to be tried again"))
  }
}
