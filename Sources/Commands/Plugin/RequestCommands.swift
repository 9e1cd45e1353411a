internal import ArgumentParser
internal import Controller
internal import Kubernetes
internal import Support

/// What a command of the plugin waits for, and how long.
struct PluginWait: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Waits for the controller's answer.")
  var wait = true

  @Option(help: "How long.")
  var timeout = DurationArgument(.seconds(300))
}

/// `kubectl whimbrel reconcile NAME`: a look now.
struct ReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile", abstract: "Asks for a look now, and waits for what it comes to.")

  @OptionGroup var subject: PluginSubject
  @OptionGroup var waiting: PluginWait

  func run() async throws {
    let request = PluginRequest.reconcile(token: PluginRequest.token())
    try await subject.ask(request, waiting)
  }
}

/// `kubectl whimbrel repair NAME`: Flyway's repair.
struct RepairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair", abstract: "Asks for Flyway's repair of the history table.")

  @OptionGroup var subject: PluginSubject
  @OptionGroup var waiting: PluginWait

  func run() async throws {
    try await subject.ask(.repair(token: PluginRequest.token()), waiting)
  }
}

/// `kubectl whimbrel accept-drift NAME`: what the database holds now is right.
struct AcceptDriftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept-drift", abstract: "Says that what the database holds now is right.")

  @OptionGroup var subject: PluginSubject
  @OptionGroup var waiting: PluginWait

  func run() async throws {
    try await subject.ask(.acceptDrift(token: PluginRequest.token()), waiting)
  }
}

/// `kubectl whimbrel cancel NAME`: ends the run that goes on.
struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancels the run that goes on.",
    discussion: "Nothing is applied afterwards until the spec or the migrations change, or a look is asked for.")

  @OptionGroup var subject: PluginSubject
  @OptionGroup var waiting: PluginWait

  func run() async throws {
    try await subject.ask(waiting) { resource in
      guard let run = resource.status?.lastRun, run.outcome == "Running", let id = run.id else {
        throw CommandError(
          .unsuitable, "No run of \(resource.key) goes on.", nextStep: "To hold the next one: kubectl whimbrel suspend."
        )
      }
      return .cancel(run: id)
    }
  }
}

/// `kubectl whimbrel approve NAME`: opens the gate for exactly the plan that is pending.
struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Approves the pending plan, as it is shown.",
    discussion: """
      The approval is bound to the digest of the plan and void once the plan changes. With --digest it is given only if \
      that is still the plan: for who has reviewed it somewhere else.
      """)

  @OptionGroup var subject: PluginSubject

  @Option(help: "The digest of the plan that was reviewed.")
  var digest: String?

  @Option(help: "Who approves; USER of the environment if absent. Nobody checks it.")
  var by: String?

  @Flag(help: "Opens all gates for this plan: upstreams, soak, windows and freeze too.")
  var bypassGates = false

  @OptionGroup var waiting: PluginWait

  func run() async throws {
    let by = by ?? ProcessEnvironment.all["USER"]
    try await subject.ask(waiting) { resource in
      let plan = try ApprovalChoice(resource: resource, expected: digest).digest()
      OutputStream.standardOutput.write(PendingTable(resource: resource).text(on: .standardOutput))
      return bypassGates ? .bypass(digest: plan, by: by) : .approve(digest: plan, by: by)
    }
  }
}

/// `kubectl whimbrel suspend NAME`.
struct SuspendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend", abstract: "Holds new looks and runs back; one that goes on ends.")

  @OptionGroup var subject: PluginSubject

  func run() async throws {
    try await subject.suspend(true)
  }
}

/// `kubectl whimbrel resume NAME`.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "resume", abstract: "Lets a suspended resource go on.")

  @OptionGroup var subject: PluginSubject

  func run() async throws {
    try await subject.suspend(false)
  }
}
