/// The objects of a scene.
enum Manifest {
  struct Named: Encodable { var name: String }

  struct ConfigMap: Encodable {
    let apiVersion = "v1"
    let kind = "ConfigMap"
    var metadata: Named
    var data: [String: String]
  }

  struct Secret: Encodable {
    let apiVersion = "v1"
    let kind = "Secret"
    var metadata: Named
    var stringData: [String: String]
  }

  static func configMap(_ files: [String: String]) -> ConfigMap {
    ConfigMap(metadata: Named(name: "migrations"), data: files)
  }

  static func secret(_ values: [String: String]) -> Secret {
    Secret(metadata: Named(name: "credentials"), stringData: values)
  }

  static func resource(port: Int, database: String) -> String {
    """
    apiVersion: whimbrel.dev/v1alpha1
    kind: CitusMigration
    metadata: {name: app}
    spec:
      migrations: {configMap: {names: [migrations]}}
      cluster:
        host: {value: 127.0.0.1}
        port: {value: "\(port)"}
        database: {value: \(database)}
        username: {secretKeyRef: {name: credentials, key: username}}
        password: {secretKeyRef: {name: credentials, key: password}}
        tls: {mode: verify-full, ca: {secretKeyRef: {name: credentials, key: ca.crt}}}
        workers: {expected: 2}
      interval: 30s
      retryInterval: 1s

    """
  }

  static func kubeconfig(_ url: String) -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: relay
    clusters: [{name: relay, cluster: {server: "\(url)"}}]
    users: [{name: relay, user: {}}]
    contexts: [{name: relay, context: {cluster: relay, user: relay}}]
    """
  }
}
