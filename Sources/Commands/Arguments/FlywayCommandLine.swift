internal import MigrationCore

/// What arguments ask for: verbs anywhere, flags anywhere.
///
/// Settings are written as Flyway does (`-key=value`) or as long flags (`--key value`, `--key=value`, and `--flag` for
/// those that are true or false), in Flyway's spelling or with hyphens (`--out-of-order`).
struct FlywayCommandLine: Sendable, Equatable {
  /// What is to be done.
  enum Request: Sendable, Equatable {
    /// Nothing was asked for.
    case nothing
    case help(topic: String?)
    case version
    /// In this order.
    case run([Verb])
    case new(description: String, isSequential: Bool)
  }

  /// One setting as given.
  struct Setting: Sendable, Equatable {
    /// Flyway's key, without `flyway.`.
    let key: String
    let value: String
    /// The flag as written, without its value.
    let shown: String
  }

  private(set) var request = Request.nothing
  /// In the order given.
  private(set) var settings: [Setting] = []
  private(set) var output = OutputOptions()
  private(set) var drift = DriftOptions()

  private var verbs: [Verb] = []
  private var words: [String] = []
  private var isSequential = false
  private var asksForHelp = false
  private var asksForVersion = false

  /// Reads arguments (without the programme's name); empty ones count as not there, as for Flyway.
  ///
  /// - Throws: `usage`.
  init(_ arguments: [String], flags: FlagTable) throws(CommandError) {
    var rest = arguments.filter { !$0.allSatisfy(\.isWhitespace) }[...]
    while let argument = rest.popFirst() {
      if argument.hasPrefix("--") {
        try readLong(argument, &rest, flags)
      } else if argument.hasPrefix("-") {
        try readShort(argument, flags)
      } else {
        try readWord(argument)
      }
    }
    try decide()
  }

  private mutating func readWord(_ word: String) throws(CommandError) {
    if verbs.last == .new {
      words.append(word)
    } else if asksForHelp, verbs.isEmpty, words.isEmpty {
      words.append(word)
    } else if word == "help" {
      asksForHelp = true
    } else if word == "version" {
      asksForVersion = true
    } else if let verb = Verb(rawValue: word) {
      verbs.append(verb)
    } else {
      let names = Verb.allCases.map(\.rawValue) + ["help", "version", "controller"]
      throw CommandError(
        .usage, "'\(VisibleText.cell(word.prefix(60)))' is no verb.",
        nextStep: Self.suggestion(word, among: names) ?? "Verbs are \(names.joined(separator: ", ")).")
    }
  }

  private mutating func decide() throws(CommandError) {
    if asksForHelp {
      request = .help(topic: verbs.first?.rawValue ?? words.first)
    } else if asksForVersion {
      request = .version
    } else if verbs.contains(.new) {
      guard verbs == [.new] else {
        throw CommandError(.usage, "new stands alone.", nextStep: "Leave the other verbs out.")
      }
      request = .new(description: words.joined(separator: " "), isSequential: isSequential)
    } else if !verbs.isEmpty {
      request = .run(verbs)
    }
    guard !isSequential || verbs == [.new] else {
      throw CommandError(.usage, "--sequential is for new.", nextStep: "Leave it out.")
    }
    guard output.format != .markdown || verbs == [.plan] || asksForHelp else {
      throw CommandError(.usage, "--output markdown is for plan.", nextStep: "Leave it out, or ask for plan alone.")
    }
    guard !drift.isGiven || verbs.contains(.drift) || asksForHelp else {
      throw CommandError(.usage, "--baseline, --save and --ignore are for drift.", nextStep: "Leave them out.")
    }
  }
}

// MARK: Flags

extension FlywayCommandLine {
  /// `-key=value`, and Flyway's few flags without a value.
  private mutating func readShort(_ argument: String, _ flags: FlagTable) throws(CommandError) {
    if try readOwn(argument) { return }
    let body = argument.dropFirst()
    guard let equals = body.firstIndex(of: "=") else {
      let name = String(body)
      if let known = flags.find(name) {
        throw CommandError(
          .usage, "-\(name) has no value.",
          nextStep:
            "Write -\(name)=\(known.kind == .switchable ? "true" : "...") without blanks around the equals sign.")
      }
      throw Self.unknown("-\(name)", name, flags)
    }
    try take(String(body[..<equals]), String(body[body.index(after: equals)...]), dashes: "-", flags)
  }

  /// `--key=value`, `--key value` and `--flag`.
  private mutating func readLong(
    _ argument: String, _ rest: inout ArraySlice<String>, _ flags: FlagTable
  ) throws(CommandError) {
    if try readOwn(argument) { return }
    let body = argument.dropFirst(2)
    if let equals = body.firstIndex(of: "=") {
      try take(String(body[..<equals]), String(body[body.index(after: equals)...]), dashes: "--", flags)
      return
    }
    let name = String(body)
    let own = Self.ownValued.contains(name)
    guard let kind = own ? .valued : flags.find(name)?.kind else { throw Self.unknown("--\(name)", name, flags) }
    if kind == .switchable {
      let isSaid = rest.first == "true" || rest.first == "false"
      try take(name, isSaid ? rest.removeFirst() : "true", dashes: "--", flags)
      return
    }
    guard let value = rest.first, !Self.looksLikeFlag(value) else {
      throw CommandError(.usage, "--\(name) has no value.", nextStep: "Write --\(name) VALUE or --\(name)=VALUE.")
    }
    rest.removeFirst()
    try take(name, value, dashes: "--", flags)
  }

  private static let ownValued = DriftOptions.flags.union(["output", "output-type", "outputType", "color"])

  private static func looksLikeFlag(_ text: String) -> Bool {
    text.hasPrefix("-") && text.dropFirst().first.map { $0.isLetter || $0 == "-" } == true
  }

  /// Flags that are no settings; false if it is none of them.
  private mutating func readOwn(_ argument: String) throws(CommandError) -> Bool {
    switch argument {
    case "-h", "-?", "--help", "-help": asksForHelp = true
    case "-v", "--version": asksForVersion = true
    case "-q", "--quiet": output.verbosity = .quiet
    case "-X", "--debug": output.verbosity = .debug
    case "-migrationIds", "--migration-ids", "--migrationIds": output.onlyMigrationIdentifiers = true
    case "--sequential", "-sequential": isSequential = true
    // No update is looked for, no editions are there, nothing is asked on the terminal.
    case "-skipCheckForUpdate", "--skip-check-for-update", "-communityFallback", "-n": break
    default: return false
    }
    return true
  }

  private mutating func take(
    _ name: String, _ value: String, dashes: String, _ flags: FlagTable
  ) throws(CommandError) {
    if try drift.take(name, value) { return }
    switch name {
    case "output":
      output.format = try Self.format(value, ["text": .text, "json": .json, "markdown": .markdown], of: dashes + name)
    case "outputType", "output-type":
      output.format = try Self.format(value, ["json": .flywayJSON], of: dashes + name)
    case "color":
      guard let color = OutputOptions.Color(rawValue: value) else {
        throw CommandError(
          .usage, "\(dashes)\(name) is '\(VisibleText.cell(value.prefix(60)))'.",
          nextStep: "It can be auto, always or never.")
      }
      output.color = color
    default: settings.append(Setting(key: flags.find(name)?.key ?? name, value: value, shown: dashes + name))
    }
  }

  private static func format(
    _ value: String, _ known: [String: OutputOptions.Format], of flag: String
  ) throws(CommandError) -> OutputOptions.Format? {
    if value.isEmpty { return nil }
    guard let format = known[value.lowercased()] else {
      throw CommandError(
        .usage, "\(flag) is '\(VisibleText.cell(value.prefix(60)))'.",
        nextStep: "It can be \(Self.choice(known.keys.sorted())).")
    }
    return format
  }

  /// `json, markdown or text`.
  private static func choice(_ words: [String]) -> String {
    let first = words.dropLast().joined(separator: ", ")
    return first.isEmpty ? words.joined() : "\(first) or \(words.last ?? "")"
  }

  private static func unknown(_ shown: String, _ name: String, _ flags: FlagTable) -> CommandError {
    let own =
      ["help", "version", "quiet", "debug", "output", "color", "migration-ids", "sequential"] + DriftOptions.flags
    let near = flags.nearest(name) ?? NearestName.of(name, among: own)
    let hint = near.map { near in
      shown.hasPrefix("--") ? "Did you mean \(FlagTable.flag(of: near))?" : "Did you mean -\(near)=...?"
    }
    return CommandError(
      .usage, "There is no flag \(VisibleText.cell(shown.prefix(80))).",
      nextStep: hint ?? "`whimbrel help` lists them.")
  }

  private static func suggestion(_ word: String, among names: [String]) -> String? {
    NearestName.of(word, among: names).map { "Did you mean \($0)?" }
  }
}
