internal import Telemetry

/// The series about requests to the Kubernetes API.
struct ClientSeries: Sendable {
  let requests: Counter
  let duration: Histogram
  let retries: Counter

  init(_ metrics: MetricLookup) {
    requests = metrics.counter("rest_client_requests_total")
    duration = metrics.histogram("rest_client_request_duration_seconds")
    retries = metrics.counter("rest_client_request_retries_total")
  }
}

extension ControllerMetrics {
  /// A request to the Kubernetes API has ended.
  ///
  /// - Parameters:
  ///   - method: `GET`, `POST` and so on.
  ///   - code: the status code of the last answer, or `<error>` if there was none.
  ///   - retries: how often it was repeated.
  package func requested(method: String, host: String, code: String, in duration: Duration, retries: Int) {
    client.requests.increment([code, method, host])
    client.duration.observe(duration, [method, host])
    if retries > 0 { client.retries.increment([code, method, host], by: Double(retries)) }
  }
}
