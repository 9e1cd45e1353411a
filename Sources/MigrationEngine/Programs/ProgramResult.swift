/// How a program ended, and the last of what it wrote.
package struct ProgramResult: Sendable, Equatable {
  /// How it ended.
  package enum Ending: Sendable, Equatable {
    /// By itself; all but 0 is a failure.
    case exited(Int32)
    /// By a signal that the run did not send.
    case signalled(Int32)
    /// It was ended, with all that it had started, because the task was cancelled.
    case cancelled
    /// It never began; why.
    case notStarted(String)
  }

  package let ending: Ending
  /// The end of its standard output and standard error, at most `longest` bytes.
  package let output: String

  /// How much of the output is kept, in bytes.
  package static let longest = 4096

  /// A result from its parts; of a longer output the beginning is left out.
  package init(ending: Ending, output: String) {
    self.ending = ending
    let isCut = output.utf8.count > Self.longest
    self.output = isCut ? "..." + String(decoding: output.utf8.suffix(Self.longest - 3), as: UTF8.self) : output
  }

  /// Whether it did what it was to do.
  package var isSuccess: Bool { ending == .exited(0) }

  /// What happened, in one line: control characters are escaped.
  var message: String {
    let end =
      switch ending {
      case .exited(let code): "the program ended with exit code \(code)"
      case .signalled(let number): "signal \(number) ended the program"
      case .cancelled: "the program and all that it had started was ended, because the run was cancelled"
      case .notStarted(let reason): "the program could not be started: \(reason)"
      }
    let said = Self.oneLine(output)
    return said.isEmpty ? end : "\(end): \(said)"
  }

  private static func oneLine(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format: "\\u{\(String(scalar.value, radix: 16))}"
        default: String(scalar)
        }
      }.joined()
    }
    return lines.joined(separator: " ")
  }
}
