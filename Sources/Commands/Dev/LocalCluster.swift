/// Which contexts of a kubeconfig lead to a cluster of this machine, by their names.
///
/// The names are those that the tools give: kind, k3d, minikube, Docker Desktop, Rancher Desktop, OrbStack, Colima,
/// MicroK8s, Podman's, and `infrastructure/local`. The examples' Tiltfile has the same list.
enum LocalCluster {
  static let names = [
    "kind-*", "k3d-*", "minikube", "docker-desktop", "docker-for-desktop", "rancher-desktop", "orbstack", "colima",
    "colima-*", "microk8s", "podman-*", "whimbrel-local",
  ]

  /// Whether a context is one of them, or the one that is allowed by name.
  static func accepts(_ context: String?, allowed: String?) -> Bool {
    guard let context else { return false }
    return context == allowed
      || names.contains { name in
        name.hasSuffix("*") ? context.hasPrefix(name.dropLast()) && context.count >= name.count : context == name
      }
  }
}
