import Glibc
import Subprocess

/// The binary under test.
enum Programme {
  /// Where it is; tests never build it.
  static let path = getenv("WHIMBREL_BINARY").map { String(cString: $0) }

  /// Why it cannot be run; nil when it can.
  static let missing: String? = {
    guard let path else { return "WHIMBREL_BINARY does not name the binary to test" }
    return access(path, X_OK) == 0 ? nil : "WHIMBREL_BINARY names \(path), which cannot be run; build it first"
  }()

  /// How a run ended.
  struct Outcome {
    let status: Int
    let output: String
    let errors: String
  }

  /// Runs it in a folder with nothing in its environment but what is given.
  static func run(_ arguments: [String], environment: [String: String], in folder: String) async throws -> Outcome {
    let variables = environment.merging(["HOME": folder + "/home", "PATH": "/usr/bin:/bin"]) { given, _ in given }
    // The shell changes the folder: the library's own way needs a path type of another package.
    let words =
      ["-c", "cd \"$0\" && exec \"$@\"", folder, "/usr/bin/env", "-i"] + variables.map { "\($0.key)=\($0.value)" }
      + [path ?? "whimbrel"] + arguments
    let result = try await Subprocess.run(
      .name("sh"), arguments: Arguments(words), input: .none, output: .string(limit: 8 << 20),
      error: .string(limit: 8 << 20))
    let status: Int =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let number): -Int(number)
      }
    return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
  }
}
