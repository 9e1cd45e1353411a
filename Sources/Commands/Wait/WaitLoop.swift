internal import Controller
internal import Kubernetes
internal import Support

/// Looks at a resource until it is where it should be.
struct WaitLoop: Sendable {
  /// How the process ends.
  enum Exit {
    static let timedOut: CInt = 3
    static let stalled: CInt = 4
  }

  let client: KubernetesClient
  let key: ObjectKey
  let goal: WaitGoal
  let timeout: Duration
  let failsOnStalled: Bool
  var time = TimeSource.system
  /// Writes a line for people.
  var say: @Sendable (String) -> Void = { StandardError.write($0 + "\n") }

  // A pause grows while nothing changes; `get` alone cannot watch.
  private static let backoff = Backoff(initial: .milliseconds(500), maximum: .seconds(5))
  private static let reminder: Duration = .seconds(60)

  /// Waits; returns the exit code.
  func run() async -> CInt {
    let begun = time.now()
    var (said, saidAt, unchanged) = ("", Duration.zero, 0)
    say("waiting for CitusMigration \(key) \(goal.description), for at most \(DurationText.format(timeout))")
    while true {
      let finding = await look()
      guard case .waiting(let reason, let isStalled) = finding else {
        if case .reached(let text) = finding { say("CitusMigration \(key): \(text)") }
        return ExitStatus.success
      }
      unchanged = reason == said ? unchanged + 1 : 1
      if reason != said || time.now() - saidAt >= Self.reminder {
        say("waiting for CitusMigration \(key): \(reason)")
        (said, saidAt) = (reason, time.now())
      }
      if isStalled, failsOnStalled {
        say(
          "CitusMigration \(key) is Stalled, it needs a person: kubectl -n \(key.namespace ?? "") describe cmig \(key.name)"
        )
        return Exit.stalled
      }
      let left = timeout - (time.now() - begun)
      guard left > .zero else {
        say("CitusMigration \(key): not within \(DurationText.format(timeout))")
        return Exit.timedOut
      }
      // Many pods start at once: not all at the same moment.
      let pause = Self.backoff.delay(afterFailures: unchanged) * Double.random(in: 0.8...1.2)
      do throws(KubernetesError) { try await time.sleep(for: min(pause, left)) } catch { return ExitStatus.failure }
    }
  }

  private func look() async -> WaitGoal.Finding {
    do throws(KubernetesError) {
      return goal.judge(try await client.get(CitusMigration.self, name: key.name, namespace: key.namespace))
    } catch {
      // Everything may be put right while this waits: the resource made, the right granted, the server back.
      return .waiting(
        error.code == .notFound ? "there is no such resource yet, or no resource definition" : error.message,
        isStalled: false)
    }
  }
}
