internal import ArgumentParser
internal import Logging

/// What the controller's log looks like.
struct LogOptions: ParsableArguments {
  @Option(help: "trace, debug, info, notice, warning or error.")
  var logLevel = LogLevel.info

  @Option(help: "text, or json: an object a line with time, level, message and fields.")
  var logFormat = LogFormat.text

  /// A logger to standard error.
  func logger() -> Logger {
    var logger = Logger(label: "whimbrel") { label in
      switch logFormat {
      case .text: LineLogHandler(label: label)
      case .json: JSONLogHandler(label: label)
      }
    }
    logger.logLevel = logLevel.level
    return logger
  }

  /// A logger for commands that speak for themselves: to standard error, from warnings on.
  static var quiet: Logger {
    var logger = Logger(label: "whimbrel") { LineLogHandler(label: $0) }
    logger.logLevel = .warning
    return logger
  }
}

/// The levels of the log, by name.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case trace, debug, info, notice, warning, error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

/// The forms of the log, by name.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}
