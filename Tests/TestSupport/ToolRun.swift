internal import Subprocess

/// A tool that is run to its end, such as git or openssl.
package enum ToolRun {
  /// What a tool complained about.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Runs a tool and returns what it printed, at most 8 MiB, without blanks at its end.
  /// - Throws: `Failure` with its standard error.
  @discardableResult
  package static func run(
    _ program: String, _ arguments: [String], in folder: String, environment: [String: String] = [:], input: String = ""
  ) async throws -> String {
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let result = try await Subprocess.run(
      .name("env"), arguments: Arguments(["-C", folder] + variables + [program] + arguments), input: .string(input),
      output: .string(limit: 8 << 20), error: .string(limit: 64 << 10))
    guard result.terminationStatus.isSuccess else {
      throw Failure(
        description: "\(program) \(arguments.joined(separator: " ")) ended with \(result.terminationStatus): "
          + result.standardError)
    }
    var text = Substring(result.standardOutput)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
