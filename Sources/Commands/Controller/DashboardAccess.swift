internal import Controller
internal import Kubernetes
internal import Logging
internal import Operations
internal import Support

/// Asks the API server who may see the dashboard: whoever may list the resources that it shows.
struct DashboardAccess: Sendable {
  let client: KubernetesClient
  /// The namespace that is served; nil for all.
  let namespace: String?
  let logger: Logger

  private var place: String { namespace.map { "in namespace \($0)" } ?? "in all namespaces" }

  /// Whether somebody with this token, or with none, may see it.
  func permission(_ token: Redacted<String>?) async -> DashboardPermission {
    guard let token else { return .unauthenticated("This dashboard shows resources to those who may list them.") }
    do throws(KubernetesError) {
      guard let user = try await client.user(of: token) else {
        return .unauthenticated("The API server does not know this token, or it has expired: take a new one.")
      }
      guard try await client.mayList(CitusMigration.self, namespace: namespace, user) else {
        return .forbidden(
          "\(user.username) may not list CitusMigrations \(place). Bind a role to this user that has apiGroups "
            + "[whimbrel.dev], resources [citusmigrations], verbs [list], and try again in a minute.")
      }
      return .granted
    } catch {
      logger.warning("the dashboard cannot ask who may see it", metadata: ["error": "\(error.message)"])
      return .unavailable("The API server could not be asked who you are: the controller's log says why.")
    }
  }
}
