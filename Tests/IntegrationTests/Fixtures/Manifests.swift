import Support
import TestSupport

/// A ConfigMap.
struct ConfigMapManifest: Encodable {
  struct Metadata: Encodable {
    var name: String
    var labels: [String: String]?
  }

  let apiVersion = "v1"
  let kind = "ConfigMap"
  var metadata: Metadata
  var data: [String: String]

  init(_ name: String, labels: [String: String]? = nil, _ files: [String: String]) {
    metadata = Metadata(name: name, labels: labels)
    data = files
  }
}

/// A Secret.
struct SecretManifest: Encodable {
  struct Metadata: Encodable {
    var name: String
  }

  let apiVersion = "v1"
  let kind = "Secret"
  var metadata: Metadata
  var stringData: [String: String]

  init(_ name: String, _ values: [String: String]) {
    metadata = Metadata(name: name)
    stringData = values
  }
}

/// A `CitusMigration` in YAML, written as in the example: every connection field with a secret in it by reference.
struct MigrationManifest {
  var name = "app"
  /// The value of spec.migrations.
  var migrations = "{configMap: {names: [migrations]}}"
  var host = "{value: 127.0.0.1}"
  var port: String
  var database: String
  var username = "{secretKeyRef: {name: credentials, key: username}}"
  var password = "{secretKeyRef: {name: credentials, key: password}}"
  var tls = "{mode: verify-full, ca: {secretKeyRef: {name: credentials, key: ca.crt}}}"
  var workers = "{expected: 2}"
  /// Further lines of spec; without a lock time-out, because tests hold migrations up by locks.
  var more = ["retryInterval: 1s", "execution: {lockTimeout: 0s}"]

  init(_ database: CitusDatabase) {
    port = "{value: \"\(database.cluster.port(of: .coordinator))\"}"
    self.database = "{value: \(database.name)}"
  }

  var text: String {
    """
    apiVersion: whimbrel.dev/v1alpha1
    kind: CitusMigration
    metadata: {name: \(name)}
    spec:
      migrations: \(migrations)
      cluster:
        host: \(host)
        port: \(port)
        database: \(database)
        username: \(username)
        password: \(password)
        tls: \(tls)
        workers: \(workers)
    \(more.map { "  " + $0 }.joined(separator: "\n"))

    """
  }
}
