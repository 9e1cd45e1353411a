internal import ArgumentParser

/// `kubectl whimbrel`: the binary under the name `kubectl-whimbrel` on the PATH, by kubectl's convention for plugins.
struct PluginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubectl whimbrel",
    abstract: "Looks at CitusMigration resources, and asks their controller for something.",
    discussion: """
      Connects as kubectl does: --kubeconfig, KUBECONFIG, the pod's service account, ~/.kube/config. What is asked for is \
      written into the resource (annotations, spec.suspend); the controller does it. Ends with 0; 1 when the resource \
      says that it failed or anything else went wrong; 64 for arguments that are not understood.
      """,
    version: Version.current,
    subcommands: [
      StatusCommand.self, HistoryCommand.self, PlanCommand.self, LintListCommand.self, DriftCommand.self,
      LogsCommand.self, ApproveCommand.self,
      ReconcileCommand.self, SuspendCommand.self, ResumeCommand.self, RepairCommand.self, CancelCommand.self,
      AcceptDriftCommand.self, WaitCommand.self,
    ])

  /// Whether a program of this name is the plugin: kubectl starts it by its path.
  static func isPlugin(_ program: String?) -> Bool {
    program?.split(separator: "/").last == "kubectl-whimbrel"
  }
}
