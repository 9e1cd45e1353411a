internal import Glibc

/// How the process ends.
enum ExitStatus {
  static let success: CInt = 0
  /// Whatever was asked for did not happen, or not all of it; Flyway's code for everything that its core throws.
  static let failure: CInt = 1
  /// `drift` has found that something differs.
  static let drifted: CInt = 2
  /// What a shell reports of a process that a signal ended: 130 for SIGINT, 143 for SIGTERM.
  static func ended(by signal: CInt) -> CInt { 128 + signal }
}
