package import Kubernetes
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
  package func requested(_ call: APICallRecord) {
    client.requests.increment([call.code, call.verb, call.host])
    client.duration.observe(call.duration, [call.verb, call.host])
    if call.retries > 0 { client.retries.increment([call.code, call.verb, call.host]) }
  }
}
