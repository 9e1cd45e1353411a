internal import Support

/// One attempt to connect: resolves the name, then tries each address until one answers or the time is over.
struct ConnectionAttempt {
  let parameters: ConnectionParameters
  let owner: Readiness.Owner
  let sink: NoticeSink
  let deadline: ContinuousClock.Instant

  init(_ parameters: ConnectionParameters, owner: Readiness.Owner, sink: NoticeSink) {
    self.parameters = parameters
    self.owner = owner
    self.sink = sink
    deadline = .now + parameters.connectTimeout
  }

  func run() async throws(PostgresError) -> ConnectionHandle {
    try parameters.validate()
    guard !Task.isCancelled else {
      throw cancelled
    }
    let material = try TLSMaterial(parameters.tls)
    if parameters.host.hasPrefix("/") {
      return try await connect(to: nil, material.options, until: deadline)
    }
    let addresses = try await addresses()
    var failure = error(.connectionFailed, "the host name has no address; check it", isTransient: true)
    for (index, address) in addresses.enumerated() {
      do throws(PostgresError) {
        return try await connect(to: address, material.options, until: share(index, of: addresses.count))
      } catch {
        failure = error
        guard error.isTransient, error.code != .cancelled, ContinuousClock.now < deadline else {
          throw error
        }
      }
    }
    throw failure
  }

  /// An address that swallows packets must leave time for the next: each gets its share of what is left.
  private func share(_ index: Int, of count: Int) -> ContinuousClock.Instant {
    let now = ContinuousClock.now
    return now + (deadline - now) / (count - index)
  }

  private func addresses() async throws(PostgresError) -> [String] {
    switch await AddressResolution.resolve(parameters.host, until: deadline) {
    case .resolved(.found(let addresses)):
      return addresses
    case .resolved(.failed(let reason)):
      throw error(
        .connectionFailed, "the host name \"\(parameters.host)\" is not known: \(reason); check name and DNS",
        isTransient: true)
    case .interrupted(let outcome):
      throw interruption(outcome, during: "resolving the host name")
    }
  }

  private func connect(
    to address: String?, _ tlsOptions: [(keyword: String, value: String)], until deadline: ContinuousClock.Instant
  ) async throws(PostgresError) -> ConnectionHandle {
    var options = options + tlsOptions
    if let address {
      options.append(("hostaddr", address))
    }
    guard let handle = ConnectionHandle.start(options, sink: sink) else {
      throw error(.connectionFailed, "libpq cannot start a connection: memory is out", isTransient: true)
    }
    guard !handle.isBroken else {
      throw refusal(handle.errorMessage)
    }
    // libpq: behave as if the last poll had said "writing".
    var interest = Readiness.Interest.writable
    while true {
      let outcome = await Readiness.shared.wait(
        handle.socket, for: interest, owner: owner, until: deadline, isCancellable: true)
      guard outcome == .ready else {
        throw interruption(outcome, during: "connecting")
      }
      switch handle.poll() {
      case .reading: interest = .readable
      case .writing: interest = .writable
      case .failed: throw refusal(handle.errorMessage)
      case .done:
        guard handle.becomeNonblocking() else {
          throw error(.connectionFailed, handle.errorMessage, isTransient: true)
        }
        return handle
      }
    }
  }

  /// Set here, so that neither a file of the home folder nor a PG* environment variable decides; PGOPTIONS still counts.
  private var options: [(keyword: String, value: String)] {
    var options = [
      ("host", parameters.host), ("port", "\(parameters.port)"), ("dbname", parameters.database),
      ("user", parameters.user), ("application_name", parameters.applicationName), ("client_encoding", "UTF8"),
      ("passfile", TLSMaterial.nowhere), ("gssencmode", "disable"), ("target_session_attrs", "any"),
      ("channel_binding", "prefer"), ("ssl_min_protocol_version", "TLSv1.2"), ("sslsni", "1"),
      // A server that has vanished is noticed within half a minute, whether something was sent or not.
      ("keepalives", "1"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "4"),
      ("tcp_user_timeout", "30000"),
    ]
    if let password = parameters.password {
      options.append(("password", password.reveal()))
    }
    return options.map { (keyword: $0.0, value: $0.1) }
  }

  private func refusal(_ text: String) -> PostgresError {
    let failure = ConnectFailure(text)
    return PostgresError(
      code: failure.code, message: failure.message, sqlState: failure.sqlState, target: parameters.targetIdentity,
      isTransient: failure.isTransient)
  }

  private func interruption(_ outcome: Readiness.Outcome, during step: String) -> PostgresError {
    switch outcome {
    case .cancelled: cancelled
    case .timedOut:
      error(
        .timedOut, "no answer within \(parameters.connectTimeout) while \(step); check host, port and network policies",
        isTransient: true)
    case .failed(let number):
      error(.connectionFailed, "waiting failed while \(step), errno \(number)", isTransient: true)
    case .ready: error(.connectionFailed, "nothing came of \(step)", isTransient: true)
    }
  }

  private var cancelled: PostgresError {
    error(.cancelled, "the task was cancelled while connecting", isTransient: false)
  }

  private func error(_ code: PostgresError.Code, _ message: String, isTransient: Bool) -> PostgresError {
    PostgresError(code: code, message: message, target: parameters.targetIdentity, isTransient: isTransient)
  }
}
