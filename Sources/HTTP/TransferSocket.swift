internal import Glibc

/// The sockets of transfers, with what libcurl leaves out.
enum TransferSocket {
  /// How long sent bytes may stay unacknowledged: without it, a request on a connection whose peer vanished waits for
  /// the system's retransmissions, about a quarter of an hour, and so do all later ones that share an HTTP/2 connection.
  private static let unacknowledgedLimit = Duration.seconds(60)

  /// Opens a socket that programmes started by this process do not inherit; -1 when the system refuses.
  static func open(_ family: CInt, _ type: CInt, _ protocolNumber: CInt) -> CInt {
    let descriptor = socket(family, type | CInt(SOCK_CLOEXEC.rawValue), protocolNumber)
    guard descriptor >= 0, family == AF_INET || family == AF_INET6 else { return descriptor }
    var limit = CUnsignedInt(clamping: unacknowledgedLimit.millisecondsRoundedUp)
    // A refusal leaves the system's own limit in force.
    _ = setsockopt(
      descriptor, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, socklen_t(MemoryLayout<CUnsignedInt>.size))
    return descriptor
  }
}
