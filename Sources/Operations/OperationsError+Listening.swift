internal import Glibc
internal import NIOCore

extension OperationsError {
  /// Why a server does not listen, or has ended although nobody asked it to.
  init(listening error: any Error, at address: OperationsAddress, option: String, what: String, wasListening: Bool) {
    if wasListening {
      self.init(code: .server, message: "The \(what) at \(address) has ended: \(error). Report this as a fault.")
    } else if let error = error as? IOError, error.errnoCode == EADDRINUSE {
      self.init(
        code: .addressInUse,
        message: """
          Another process listens at \(address) already. Stop it, or give \(option) another port \
          (an empty address turns the endpoint off).
          """)
    } else {
      let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
      self.init(
        code: .addressRefused,
        message: """
          Cannot listen at \(address): \(reason). Give \(option) an address of this machine \
          and a port that this user may use.
          """)
    }
  }
}
