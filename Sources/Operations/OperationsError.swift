/// Why the operations endpoint cannot be served.
package struct OperationsError: Error, Sendable, CustomStringConvertible {
  /// The kind of the failure.
  package let code: Code
  /// What happened, where, and what to do next.
  package let message: String

  /// Whether trying again may help without anybody doing something: never, here.
  package var isTransient: Bool { false }

  /// The message.
  package var description: String { message }

  init(code: Code, message: String) {
    self.code = code
    self.message = message
  }
}

extension OperationsError {
  /// The kind of a failure; a struct, so that kinds can be added without breaking a switch.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case addressInUse, addressRefused, server
    }
    private let kind: Kind

    /// Another process listens at the address.
    package static let addressInUse = Code(kind: .addressInUse)
    /// The address cannot be listened at: not one of this machine's, or not allowed.
    package static let addressRefused = Code(kind: .addressRefused)
    /// The server ended although nobody asked it to.
    package static let server = Code(kind: .server)

    /// The name of the code.
    package var description: String { kind.rawValue }
  }
}
