import Logging

extension Logger {
  /// Says nothing.
  static var silent: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }
}
