import Support
import Testing

@testable import Kubernetes

@Suite("When a credential plugin runs")
struct ExecCredentialStateTests {
  /// A state with its time: the clock of expirations begins at the same moment.
  private struct Plugin {
    var state = ExecCredentialState()
    var now: Duration = .seconds(1000)

    var wallTime: Timestamp { Timestamp(microseconds: 0).advanced(by: now) }

    mutating func look() -> ExecCredentialState.Look { state.look(at: now, wallTime: wallTime) }

    mutating func ends(_ token: String, expiresIn left: Duration? = nil) {
      state.ended(
        .success(credential(token, left.map { wallTime.advanced(by: $0) })), at: now, wallTime: wallTime)
    }

    mutating func fails() {
      state.ended(.failure(Self.failure), at: now, wallTime: wallTime)
    }

    static let failure = KubernetesError(code: .credentials, message: "no", isTransient: true)
  }

  private static func credential(_ token: String, _ expiration: Timestamp?) -> ExecCredential {
    ExecCredential(token: Redacted(token), certificate: nil, key: nil, expiration: expiration)
  }

  /// What a look says, as a word.
  private func word(_ look: ExecCredentialState.Look) -> String {
    switch look {
    case .use(let credential, let generation, let startsRun):
      "\(credential.token?.reveal() ?? "") \(generation)\(startsRun ? " and run" : "")"
    case .wait(let startsRun): startsRun ? "run" : "wait"
    case .fail: "fail"
    }
  }

  @Test("the first one who asks starts a run, the others wait for it")
  func singleFlight() {
    var plugin = Plugin()
    var seen = [word(plugin.look()), word(plugin.look()), word(plugin.look())]
    plugin.ends("a")
    plugin.now += .seconds(100_000)
    seen.append(word(plugin.look()))
    #expect(seen == ["run", "wait", "wait", "a 1"])
  }

  @Test("a minute before the end it runs again, while requests go on")
  func leeway() {
    var plugin = Plugin()
    _ = plugin.look()
    plugin.ends("a", expiresIn: .seconds(900))
    plugin.now += .seconds(839)
    var seen = [word(plugin.look())]
    plugin.now += .seconds(1)
    seen += [word(plugin.look()), word(plugin.look())]
    plugin.ends("b", expiresIn: .seconds(900))
    seen.append(word(plugin.look()))
    #expect(seen == ["a 1", "a 1 and run", "a 1", "b 2"])
  }

  @Test(
    "a plugin that hands out the same credential to its end runs every ten seconds of the last minute, then at once")
  func keptCredential() {
    var plugin = Plugin()
    _ = plugin.look()
    plugin.ends("a", expiresIn: .seconds(60))
    var runs: [Int] = []
    for second in 1...59 {
      plugin.now += .seconds(1)
      if word(plugin.look()).hasSuffix("and run") {
        runs.append(second)
        plugin.ends("a", expiresIn: .seconds(60 - second))
      }
    }
    #expect(runs == [10, 20, 30, 40, 50])
    plugin.now += .seconds(1)
    #expect(word(plugin.look()) == "run")
  }

  @Test("an expired credential is not sent any more; those who want one wait")
  func expired() {
    var plugin = Plugin()
    _ = plugin.look()
    plugin.ends("a", expiresIn: .seconds(30))
    plugin.now += .seconds(30)
    #expect([word(plugin.look()), word(plugin.look())] == ["run", "wait"])
  }

  @Test("a refused credential makes it run at once, once, and only if it is the latest")
  func refused() {
    var plugin = Plugin()
    _ = plugin.look()
    plugin.ends("a")
    plugin.state.refused(generation: 1)
    var seen = [word(plugin.look()), word(plugin.look())]
    plugin.ends("b")
    plugin.state.refused(generation: 1)
    seen.append(word(plugin.look()))
    #expect(seen == ["run", "wait", "b 2"])
  }

  @Test("a plugin that makes again what was refused is not run for every request")
  func stubborn() {
    var plugin = Plugin()
    _ = plugin.look()
    plugin.ends("a")
    plugin.state.refused(generation: 1)
    _ = plugin.look()
    plugin.ends("a")
    var seen = [word(plugin.look())]
    plugin.now += .seconds(1)
    seen.append(word(plugin.look()))
    plugin.ends("a")
    plugin.now += .seconds(1)
    seen.append(word(plugin.look()))
    plugin.now += .seconds(1)
    seen.append(word(plugin.look()))
    plugin.ends("b")
    seen.append(word(plugin.look()))
    #expect(seen == ["fail", "run", "fail", "run", "b 2"])
  }

  @Test("a plugin that fails runs again after 1, 2, 4 up to 30 s; meanwhile its error is told")
  func backoff() {
    var plugin = Plugin()
    var runs: [Int] = []
    for second in 0..<100 {
      let look = plugin.look()
      if look == .wait(startsRun: true) {
        runs.append(second)
        plugin.fails()
        let next = plugin.look()
        #expect(next == .fail(Plugin.failure))
      }
      plugin.now += .seconds(1)
    }
    #expect(runs == [0, 1, 3, 7, 15, 31, 61, 91])
  }

  @Test("a failure does not take away what is still valid")
  func failureWithinLeeway() {
    var plugin = Plugin()
    _ = plugin.look()
    plugin.ends("a", expiresIn: .seconds(60))
    plugin.now += .seconds(10)
    _ = plugin.look()
    plugin.fails()
    #expect(word(plugin.look()) == "a 1")
  }

  @Test("a credential that has expired already is a failure")
  func stillborn() {
    var plugin = Plugin()
    _ = plugin.look()
    plugin.ends("a", expiresIn: .zero)
    guard case .fail(let error) = plugin.look() else {
      Issue.record("expected a failure")
      return
    }
    #expect(error.message.contains("expired already"))
  }
}
