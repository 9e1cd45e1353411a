internal import ArgumentParser
internal import Operations

/// Where the dashboard is, and who may see it.
struct DashboardOptions: ParsableArguments {
  /// Who may see it.
  enum Authentication: String, ExpressibleByArgument, CaseIterable, Sendable {
    case token, none
  }

  @Option(help: "Where the dashboard is served: host:port; nowhere if absent.")
  var dashboardAddress = AddressArgument.nowhere

  @Option(help: "Who may see it: token (of a user who may list CitusMigrations), or none: everybody who reaches it.")
  var dashboardAuthentication = Authentication.token
}
