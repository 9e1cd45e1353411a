internal import ArgumentParser
internal import Kubernetes
internal import Support

/// `whimbrel wait`: ends when a resource is where it should be; for init containers, and for scripts.
struct WaitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until a CitusMigration has applied what an application needs.",
    discussion: """
      Reads the one resource again and again; `get` on it is all that is needed. --for takes `ready` (the default), \
      `version=V` (V and all versions before it are applied), `digest=sha256:...` (a source of that digest is applied), \
      or `condition=TYPE[=STATUS]`. Ends with 0 when it is there, 3 after --timeout, 4 with --fail-on-stalled when a \
      person is needed, 2 without a usable Kubernetes configuration.
      """)

  @Argument(help: "The name of the CitusMigration.")
  var name: String

  @Option(name: .customLong("for"), help: "ready, version=V, digest=sha256:..., or condition=TYPE[=STATUS].")
  var goal = "ready"

  @Option(help: "How long to wait; 0s looks once.")
  var timeout = DurationArgument(.seconds(600))

  @Flag(help: "End as soon as the resource is Stalled, instead of waiting for a person to put it right.")
  var failOnStalled = false

  @OptionGroup var cluster: ClusterOptions

  func validate() throws {
    guard WaitGoal(goal) != nil else {
      throw ValidationError(
        "--for takes ready, version=V, digest=sha256: with 12 digits or more, or condition=TYPE[=STATUS], not '\(goal)'."
      )
    }
    guard !name.isEmpty else { throw ValidationError("the name must not be empty.") }
  }

  func run() async throws {
    guard let goal = WaitGoal(goal) else { throw ExitCode.validationFailure }
    let configuration: KubernetesConfiguration
    do throws(KubernetesError) {
      configuration = try await cluster.configuration()
    } catch {
      StandardError.write("no connection to Kubernetes: \(error.message)\n")
      throw ExitCode(2)
    }
    let (code, signal) = await ClusterOptions.connected(to: configuration) { client in
      let wait = WaitLoop(
        client: client, key: ObjectKey(namespace: cluster.namespace(configuration), name: name), goal: goal,
        timeout: timeout.value, failsOnStalled: failOnStalled)
      return await Interruptible.run { _ in
      } _: {
        await wait.run()
      }
    }
    throw ExitCode(signal.map { ExitStatus.ended(by: $0) } ?? code)
  }
}
