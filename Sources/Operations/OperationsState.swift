/// What the process says of itself, asked anew for every request.
package struct OperationsState: Sendable {
  let isAlive: @Sendable () -> [HealthCheck]
  let isReady: @Sendable () -> [HealthCheck]
  let metrics: @Sendable () -> [String]

  /// Puts the questions together; the closures must neither block nor take long.
  ///
  /// - Parameters:
  ///   - isAlive: for `/healthz`: with a problem the kubelet starts the container anew.
  ///   - isReady: for `/readyz`.
  ///   - metrics: the pieces of Prometheus' text format 0.0.4.
  package init(
    isAlive: @escaping @Sendable () -> [HealthCheck], isReady: @escaping @Sendable () -> [HealthCheck],
    metrics: @escaping @Sendable () -> [String]
  ) {
    self.isAlive = isAlive
    self.isReady = isReady
    self.metrics = metrics
  }
}
