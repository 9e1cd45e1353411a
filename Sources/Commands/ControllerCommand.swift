internal import ArgumentParser

/// `whimbrel controller`: watches the resources and applies what they declare, until SIGTERM.
struct ControllerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "controller", abstract: "Watch CitusMigration resources and apply what they declare.")

  func run() async throws {
  }
}
