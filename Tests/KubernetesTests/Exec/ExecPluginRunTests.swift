import Glibc
import Support
import Testing

@testable import Kubernetes

@Suite("Running a credential plugin", .timeLimit(.minutes(5)))
struct ExecPluginRunTests {
  private func run(_ plugin: ExecPlugin, _ time: TimeSource = .system) async -> Result<ExecCredential, KubernetesError>
  {
    do throws(KubernetesError) {
      return .success(try await ExecPluginRun(plugin: plugin, time: time).credential())
    } catch {
      return .failure(error)
    }
  }

  private func error(_ result: Result<ExecCredential, KubernetesError>) -> KubernetesError? {
    if case .failure(let error) = result { error } else { nil }
  }

  @Test("arguments arrive as they are, no shell reads them; the environment is ours and the kubeconfig's")
  func arguments() async throws {
    let script = try PluginScript.handingOut(#"{"token":"t"}"#)
    let arguments = ["$(touch pwned)", "a b", "; exit 1", "*", "", "'\""]
    let plugin = script.plugin(arguments: arguments, environment: ["EXTRA": Redacted("$HOME x")])
    #expect(try await run(plugin).get().token == Redacted("t"))
    #expect(script.text("arguments") == arguments.joined(separator: "\n") + "\n")
    #expect(script.text("extra") == "$HOME x")
    #expect(script.text("information").contains(#""kind":"ExecCredential""#))
  }

  @Test("a program that fails is a transient failure with the beginning of what it says")
  func failing() async throws {
    let script = try PluginScript("printf 'log in\\033[0m first\\n\\n%1000s' x >&2; exit 3")
    let failure = error(await run(script.plugin()))
    #expect(failure?.code == .credentials)
    #expect(failure?.isTransient == true)
    #expect(
      failure?.message == "credential plugin '\(script.path)': it ended with exit code 3: log in[0m first x")
    let dying = try PluginScript("kill -9 $$")
    let killed = error(await run(dying.plugin()))
    #expect(killed?.message.hasSuffix("signal 9 ended it") == true)
  }

  @Test("a program that is not there is told of with the hint of the kubeconfig")
  func missing() async throws {
    for command in ["whimbrel-no-such-plugin", "/nonexistent/plugin"] {
      let plugin = ExecPlugin(version: .v1, command: command, installHint: "install it from here")
      let failure = error(await run(plugin))
      #expect(failure?.isTransient == false)
      #expect(failure?.message.contains("there is no such program") == true, "\(failure?.message ?? "")")
      #expect(failure?.message.hasSuffix("install it from here") == true)
    }
  }

  @Test("what is no ExecCredential is a lasting failure, and what was written does not show")
  func nonsense() async throws {
    let script = try PluginScript("echo hush")
    let failure = error(await run(script.plugin()))
    #expect(failure?.isTransient == false)
    #expect(failure?.message.contains("it wrote no ExecCredential") == true)
    #expect(failure?.message.contains("hush") == false)
  }

  @Test("what it writes is bounded, and it is ended when it goes on")
  func endless() async throws {
    for stream in ["", ">&2"] {
      let script = try PluginScript(
        "echo $$ > \"$here/pid\"; while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\(stream); done")
      let failure = error(await run(script.plugin()))
      #expect(failure?.message.contains("it wrote more than") == true, "\(failure?.message ?? "")")
      try await expectGone(script)
    }
  }

  @Test("when its time is over it is ended, with what it has started, even if it does not listen")
  func late() async throws {
    let script = try PluginScript(
      "trap '' TERM; echo $$ > \"$here/pid\"; (trap '' TERM; while :; do sleep 1; done) & while :; do sleep 1; done")
    let time = ManualTime()
    let plugin = script.plugin()
    let running = Task { await run(plugin, time.source) }
    #expect(try await eventually { !script.text("pid").isEmpty && time.sleeperCount == 1 })
    time.advance(by: ExecPluginRun.timeLimit)
    let failure = error(await running.value)
    #expect(failure?.isTransient == true)
    #expect(failure?.message.contains("took longer than") == true)
    try await expectGone(script)
  }

  @Test("when nobody wants the credential any more it is ended")
  func cancelled() async throws {
    let script = try PluginScript("echo $$ > \"$here/pid\"; sleep 50")
    let plugin = script.plugin()
    let running = Task { await run(plugin) }
    #expect(try await eventually { !script.text("pid").isEmpty })
    running.cancel()
    #expect(error(await running.value)?.code == .cancelled)
    try await expectGone(script)
  }

  /// The whole process group of a script must be gone.
  private func expectGone(_ script: PluginScript) async throws {
    let pid = try #require(Int32(script.text("pid").filter { $0 != "\n" }))
    #expect(try await eventually { kill(-pid, 0) == -1 && errno == ESRCH })
  }
}
