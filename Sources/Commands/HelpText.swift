internal import FlywaySettings

/// What `whimbrel help` says.
enum HelpText {
  /// Without a verb.
  static let short = """
    Whimbrel \(Version.current): SQL migrations for PostgreSQL and Citus, as Flyway has them.

    usage: whimbrel [FLAGS] VERB [VERB ...] [FLAGS]

    \(verbs)
    For example:
      whimbrel migrate --url postgresql://postgres@127.0.0.1:5432/app --locations filesystem:db/migrations
      whimbrel -url=jdbc:postgresql://127.0.0.1:5432/app -user=postgres -locations=filesystem:sql info

    `whimbrel help` lists all flags, `whimbrel help controller` those of the controller; so for `wait`, `dev` and `lint`.

    """

  /// On a verb, or all.
  static func text(topic: String?) -> String {
    if let topic, let verb = Verb(rawValue: topic) {
      return "whimbrel \(verb.rawValue): \(verb.summary)\n\n" + flags
    }
    return short + "\n" + flags
  }

  private static var verbs: String {
    let own = Verb.allCases.map { ($0.rawValue, $0.summary) }
    let all =
      own + [
        ("lint", "Say what is wrong with scripts, without a database: whimbrel lint db/migrations."),
        ("controller", "Watch CitusMigration resources and apply what they declare."),
        ("wait", "Wait until a CitusMigration has applied what an application needs."),
        ("dev", "Publish a directory to a local cluster whenever a file is saved."),
        ("version", "Print the version."), ("help", "Print this, or help on a verb."),
      ]
    return all.map { "  \(DisplayWidth.padded($0.0, to: 11))\($0.1)\n" }.joined()
  }

  private static var flags: String {
    let own = [
      ("--output text|json", "The form of the result; -outputType=json is Flyway's own"),
      ("-q, --quiet", "Only warnings and errors"), ("-X, --debug", "Everything that happens"),
      ("--sequential", "new: the next number instead of the time"),
      ("--baseline FILE", "drift: compare with this instead of what the database keeps"),
      ("--save FILE", "drift: write what is there now, for --baseline"),
      ("--ignore KIND/NAME,...", "drift: objects not to be reported, with * and ?"),
    ]
    let settings = SettingsKey.all.filter {
      $0.status == .used && $0.places.contains(.argument) && !hidden.contains($0.name)
    }
    return "Flags (also as -key=value in Flyway's spelling, as environment variables and in files):\n"
      + own.map(row).joined() + settings.map { row((flag($0), $0.help)) }.joined()
  }

  private static let hidden: Set<String> = ["quiet", "debug", "outputType"]

  private static func flag(_ key: SettingsKey) -> String {
    let name = FlagTable.flag(of: key.name)
    return switch key.kind {
    case .bool: "\(name)[=false]"
    case .map: "\(name).NAME VALUE"
    case .int: "\(name) N"
    case .list: "\(name) A,B"
    case .text, .duration: "\(name) VALUE"
    }
  }

  private static func row(_ pair: (String, String)) -> String {
    "  \(DisplayWidth.padded(pair.0, to: 44)) \(pair.1)\n"
  }
}
