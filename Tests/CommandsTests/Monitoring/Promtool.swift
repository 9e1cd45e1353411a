import Glibc
import Subprocess
import Testing

/// Prometheus' own checker, from Debian's package prometheus.
enum Promtool {
  static let missing: Comment = "promtool is not on the PATH; infrastructure/dependencies test installs it"

  static let isInstalled =
    getenv("PATH").map { path in
      String(cString: path).split(separator: ":").contains { access("\($0)/promtool", X_OK) == 0 }
    } ?? false

  /// Runs it with a text as its input; gives all that it wrote, and whether it ended with 0.
  static func run(_ arguments: [String], input: String = "") async throws -> (isGood: Bool, output: String) {
    let result = try await Subprocess.run(
      .name("promtool"), arguments: Arguments(arguments), input: .string(input), output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20))
    return (result.terminationStatus == .exited(0), result.standardOutput + result.standardError)
  }
}
