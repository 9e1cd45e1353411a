package import HTTP
package import Logging
package import Support

/// Talks to one API server.
///
/// Every call is bounded in time and in the size of what it reads, obeys Retry-After a bounded number of times, and,
/// where credentials lie in files or come from a plugin, gets them again after a 401. Cancelling the task ends the call
/// with code `cancelled`.
package final class KubernetesClient: Sendable {
  /// Bounds of the calls.
  package struct Limits: Sendable {
    /// The longest time for a call with one object.
    package var requestTimeout: Duration = .seconds(30)
    /// The longest time for a page of a list.
    package var listTimeout: Duration = .seconds(60)
    /// The largest object, and the largest line of a watch, in bytes.
    package var objectBytes = 8 << 20
    /// The largest page of a list, in bytes.
    package var listBytes = 128 << 20

    /// 30 s, 60 s, 8 MiB and 128 MiB.
    package init() {}
  }

  /// The configuration that the client was made with.
  package let configuration: KubernetesConfiguration
  /// The field manager of changes that name none.
  package let fieldManager: String

  let limits: Limits
  let retries: RetryPolicy
  let time: TimeSource
  let logger: Logger
  let connections: ConnectionHealth
  private let http: HTTPClient
  private let credentials: Credentials
  private let userAgent: String
  private let host: String
  private let observer: (@Sendable (APICallRecord) -> Void)?

  /// Makes a client; the HTTP client is the caller's to close.
  ///
  /// - Parameter observer: told of every request when its answer begins or fails, on the task that made it; it must
  ///   neither block nor call the client.
  package init(
    configuration: KubernetesConfiguration, http: HTTPClient, logger: Logger, fieldManager: String = "whimbrel",
    userAgent: String = "whimbrel", limits: Limits = Limits(), time: TimeSource = .system,
    wallClock: WallClock = .system, observer: (@Sendable (APICallRecord) -> Void)? = nil
  ) {
    self.configuration = configuration
    self.fieldManager = fieldManager
    self.limits = limits
    self.retries = RetryPolicy()
    self.time = time
    self.logger = logger
    self.http = http
    self.userAgent = userAgent
    self.observer = observer
    connections = ConnectionHealth(time: time)
    host = APICallRecord.host(of: configuration.server)
    credentials = Credentials(configuration, time: time, wallClock: wallClock, logger: logger)
    for warning in configuration.warnings {
      logger.warning("unsafe Kubernetes configuration", metadata: ["kubernetes.warning": "\(warning)"])
    }
  }

  private init(_ other: KubernetesClient, limits: Limits, retries: RetryPolicy) {
    configuration = other.configuration
    fieldManager = other.fieldManager
    self.limits = limits
    self.retries = retries
    time = other.time
    logger = other.logger
    http = other.http
    credentials = other.credentials
    userAgent = other.userAgent
    connections = other.connections
    host = other.host
    observer = other.observer
  }

  /// The same client for calls that must be over within a time: it never waits in order to repeat a call.
  package func bounded(requestTimeout: Duration) -> KubernetesClient {
    var limits = limits
    limits.requestTimeout = requestTimeout
    return KubernetesClient(self, limits: limits, retries: RetryPolicy(attempts: 0))
  }

  /// Sends a call until it succeeds, fails for good, or has been repeated often enough.
  func perform(_ call: APICall) async throws(KubernetesError) -> HTTPResponse {
    var (failures, waited, attempts) = (0, Duration.zero, 0)
    var mayReauthenticate = credentials.canRefresh
    var begun = time.now()
    while true {
      let current = try await credentials.current(within: limits.requestTimeout)
      let error: KubernetesError
      do throws(KubernetesError) {
        // Credentials that had to be made, and an attempt with wrong ones, count: who renews a lease relies on the time.
        return try await attempt(call.shortened(by: time.now() - begun), current, retries: attempts)
      } catch let failure {
        error = failure
      }
      attempts += 1
      if error.isRefusal, mayReauthenticate {
        mayReauthenticate = false
        credentials.invalidate(current)
        continue
      }
      failures += 1
      let delay = retries.delay(
        status: error.status, retryAfter: error.retryAfter, failures: failures, waited: waited)
      // A version ahead of the server comes as a 504 that asks to wait; who watches knows better what to do.
      guard let delay, error.code != .gone else { throw error }
      logger.debug(
        "the API server asks to wait",
        metadata: ["kubernetes.call": "\(call.name)", "kubernetes.wait": "\(delay)"])
      try await time.sleep(for: delay)
      waited += delay
      begun = time.now()
    }
  }

  private func attempt(
    _ call: APICall, _ current: Credentials.Current, retries: Int
  ) async throws(KubernetesError) -> HTTPResponse {
    var request = HTTPRequest(
      method: call.method, url: configuration.server + call.path, body: call.body, connectTimeout: .seconds(10),
      idleTimeout: call.idleTimeout, totalTimeout: call.totalTimeout, tls: current.tls,
      proxy: configuration.proxy, usesFreshConnection: connections.areSuspect)
    request.headers = [("Accept", call.accept), ("User-Agent", userAgent)] + current.headers
    if let type = call.contentType { request.headers.append(("Content-Type", type)) }
    let response: HTTPResponse
    let body: [UInt8]
    do throws(HTTPError) {
      response = try await send(request, retries: retries)
      if (200..<300).contains(response.status) { return response }
      body = try await response.body.collect(upTo: 1 << 20)
    } catch {
      throw KubernetesError(error, call: call.name)
    }
    // A proxy on the way may answer in anything; then the status alone speaks.
    let status = try? ObjectCoding.decode(KubernetesStatus.self, from: body, call: call.name)
    throw KubernetesError(
      status: response.status, object: status,
      retryAfter: RetryPolicy.retryAfter(header: response.headers.first("Retry-After")), call: call.name,
      access: call.access)
  }

  /// Sends one request and tells the observer.
  private func send(_ request: HTTPRequest, retries: Int) async throws(HTTPError) -> HTTPResponse {
    let begun = time.now()
    func record(_ code: String) {
      observer?(
        APICallRecord(verb: request.method, host: host, code: code, duration: time.now() - begun, retries: retries))
    }
    do throws(HTTPError) {
      let response = try await http.send(request)
      record("\(response.status)")
      return response
    } catch {
      connections.note(error)
      record("<error>")
      throw error
    }
  }
}

extension KubernetesError {
  /// Whether other credentials may help: a 401, or a TLS handshake that failed.
  fileprivate var isRefusal: Bool { code == .unauthorized || code == .transport && !isTransient }
}
