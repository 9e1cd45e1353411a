internal import Glibc

/// What a file descriptor leads to, as far as output depends on it.
struct Terminal: Sendable, Equatable {
  /// Whether a person watches, and lines may be written over.
  let isInteractive: Bool
  let hasColor: Bool
  /// In columns.
  let width: Int

  /// Decides from what is known.
  ///
  /// `NO_COLOR` of any content but none switches colour off (no-color.org), `TERM=dumb` that and the live line.
  init(isTerminal: Bool, columns: Int?, color: OutputOptions.Color, environment: [String: String]) {
    let isDumb = environment["TERM"] == "dumb" || environment["TERM"]?.isEmpty != false
    isInteractive = isTerminal && !isDumb
    hasColor =
      switch color {
      case .always: true
      case .never: false
      case .auto: isInteractive && environment["NO_COLOR", default: ""].isEmpty
      }
    width = columns.flatMap { $0 > 0 ? $0 : nil } ?? environment["COLUMNS"].flatMap { Int($0) } ?? 80
  }

  /// Standard output of this process.
  static var standardOutput: Terminal { of(1, color: .auto, environment: ProcessEnvironment.all) }

  /// Looks at a descriptor of this process.
  static func of(_ descriptor: CInt, color: OutputOptions.Color, environment: [String: String]) -> Terminal {
    let isTerminal = isatty(descriptor) == 1
    var size = winsize()
    let isKnown = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
    return Terminal(
      isTerminal: isTerminal, columns: isKnown ? Int(size.ws_col) : nil, color: color, environment: environment)
  }
}

/// The few colours that are used, as ANSI sequences.
enum Ink: String, Sendable {
  case good = "32"
  case bad = "31"
  case notable = "33"
  case faint = "2"
  case strong = "1"

  /// The text in this colour, where there is colour.
  func callAsFunction(_ text: String, on terminal: Terminal) -> String {
    terminal.hasColor && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}
