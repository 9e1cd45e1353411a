internal import ArgumentParser
internal import Operations

/// Where to listen on the command line; an empty text for nowhere.
struct AddressArgument: ExpressibleByArgument, Equatable {
  let value: OperationsAddress?

  /// Every IPv4 address, port 8080, as controller-runtime has it for metrics.
  static let standard = AddressArgument(OperationsAddress("0.0.0.0:8080"))

  /// Off.
  static let nowhere = AddressArgument(nil)

  private init(_ value: OperationsAddress?) {
    self.value = value
  }

  init?(argument: String) {
    guard !argument.isEmpty else {
      value = nil
      return
    }
    guard let address = OperationsAddress(argument) else { return nil }
    value = address
  }

  var defaultValueDescription: String { value?.description ?? "" }
}
