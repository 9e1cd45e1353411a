/// What was not reached in time, and what was seen last.
package struct NotInTime: Error, CustomStringConvertible {
  package let description: String

  /// Tells what was waited for, and what was there instead.
  package init(description: String) {
    self.description = description
  }
}

/// Asks again and again until `answer` gives a value, and returns that.
///
/// For what another process does: there is nothing to await. Errors of `answer` count as not yet.
/// - Parameters:
///   - timeout: how long it may take.
///   - lastState: tells what was there instead, for the error.
/// - Throws: `NotInTime` with the last error or the last state; `CancellationError`.
package func eventually<Value>(
  _ expectation: String, timeout: Duration = .seconds(60), every pause: Duration = .milliseconds(100),
  lastState: () async -> String = { "" }, _ answer: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + timeout
  var obstacle = ""
  while true {
    do {
      if let value = try await answer() { return value }
      obstacle = ""
    } catch {
      obstacle = "\(error)"
    }
    guard ContinuousClock.now < deadline else {
      throw NotInTime(
        description: "not within \(timeout): \(expectation)\n\(obstacle)\n\(await lastState())")
    }
    try await Task.sleep(for: pause)
  }
}
