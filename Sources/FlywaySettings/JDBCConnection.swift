internal import MigrationCore
internal import Postgres
internal import Support

/// Turns a JDBC URL and the options beside it into parameters of libpq.
struct JDBCConnection {
  private let settings: ConnectionSettings
  private let place: String
  private let readFile: (String) throws -> String
  private var user: String?
  private var password: Redacted<String>?
  private var tls = TLS()
  private var hasMode = false
  private var asksForTLS = false
  private var validates = true
  private var applicationName = "whimbrel"
  private var connectTimeout = Duration.seconds(10)
  private var sessionSettings: [(name: String, value: String)] = []
  private var notices: [String] = []

  init(settings: ConnectionSettings, place: String, readFile: @escaping (String) throws -> String) {
    self.settings = settings
    self.place = place
    self.readFile = readFile
  }

  func resolve(_ url: Redacted<String>) throws(SettingsError) -> ResolvedConnection {
    var copy = self
    return try copy.resolved(try JDBCURL(url, at: place))
  }

  private mutating func resolved(_ url: JDBCURL) throws(SettingsError) -> ResolvedConnection {
    // What comes later counts: the options beside the URL, then user and password, then the URL's own.
    for (name, value) in settings.jdbcProperties.sorted(by: { $0.key < $1.key }) {
      try take(name, value.reveal(), at: "jdbcProperties.\(name)")
    }
    user = settings.user ?? user
    password = settings.password ?? password
    for (name, value) in url.properties { try take(name, value, at: place) }
    guard let user = user ?? settings.systemUser else {
      throw SettingsError(.invalidURL, "There is no user.", at: place, nextStep: "Set user.")
    }
    tls.mode = hasMode ? tls.mode : asksForTLS ? (validates ? .verifyFull : .require) : .prefer
    let parameters = ConnectionParameters(
      host: url.host, port: url.port, database: url.database ?? user, user: user, password: password, tls: tls,
      applicationName: applicationName, connectTimeout: connectTimeout)
    return ResolvedConnection(parameters: parameters, initSql: initSql, notices: notices)
  }

  private mutating func take(_ name: String, _ value: String, at place: String) throws(SettingsError) {
    guard let property = JDBCProperty.named(name) else {
      let near = NearestName.of(name, among: JDBCProperty.all.map(\.name)).map { " Did you mean \($0)?" } ?? ""
      notices.append(
        "\(place): the option `\(name.shown)` is not known and is passed over, as the Java driver does.\(near)")
      return
    }
    switch property.use {
    case .user: user = value
    case .password: password = Redacted(value)
    case .applicationName: applicationName = value
    case .connectTimeout, .loginTimeout: try takeTimeout(property, value, at: place)
    case .currentSchema: sessionSettings.append(("search_path", value))
    case .options: try takeOptions(value, at: place)
    case .sslMode, .ssl, .sslFactory, .sslRootCertificate, .sslCertificate, .sslKey:
      try takeTLS(property, value, at: place)
    case .channelBinding:
      guard ["disable", "prefer"].contains(value) else {
        throw refusal(name, "channel binding cannot be demanded", at: place)
      }
    case .idle(let why): notices.append("\(place): the option \(property.name) has no meaning here: \(why).")
    case .refused(let why):
      if property.name == "sslNegotiation", value == "postgres" { return }
      if property.name == "readOnly", value == "false" { return }
      throw refusal(property.name, why, at: place)
    }
  }

  private mutating func takeTimeout(
    _ property: JDBCProperty, _ value: String, at place: String
  ) throws(SettingsError) {
    guard let seconds = Int(value), (0...Int(Int32.max)).contains(seconds) else {
      throw SettingsError(
        .invalidValue, "The option \(property.name) is no number of seconds.", at: place,
        nextStep: "Write such a number.")
    }
    if case .loginTimeout = property.use, seconds == 0 { return }
    // 0 is for ever with pgjdbc; an hour is as good and ends.
    connectTimeout = .seconds(seconds == 0 ? 3600 : min(seconds, 3600))
  }

  private mutating func takeTLS(_ property: JDBCProperty, _ value: String, at place: String) throws(SettingsError) {
    switch property.use {
    case .sslMode:
      guard let mode = TLS.Mode(rawValue: value.lowercased()) else {
        throw SettingsError(
          .invalidValue, "The option sslmode is none that is known.", at: place,
          nextStep: "Write \(TLS.Mode.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      (tls.mode, hasMode) = (mode, true)
    // As pgjdbc (`SslMode.of`): without a mode it means verify-full.
    case .ssl: asksForTLS = value.isEmpty || value.lowercased() == "true"
    case .sslFactory:
      let name = value.split(separator: ".").last.map(String.init) ?? ""
      switch name {
      case "NonValidatingFactory": validates = false
      case "LibPQFactory", "DefaultJavaSSLFactory", "": break
      default: throw refusal(property.name, "write sslmode and sslrootcert", at: place)
      }
    case .sslRootCertificate: tls.certificateAuthority = try file(property, value, at: place)
    case .sslCertificate: tls.certificate = try file(property, value, at: place)
    default: tls.key = Redacted(try file(property, value, at: place))
    }
  }

  private func file(_ property: JDBCProperty, _ path: String, at place: String) throws(SettingsError) -> String {
    do {
      return try readFile(path)
    } catch {
      throw SettingsError(
        .unreadable, "The file that \(property.name) names cannot be read: \(error).", at: place,
        nextStep: "Name a PEM file that can be read.")
    }
  }

  /// `-c name=value` and `--name=value`, with `\` before blanks in a value, as the server reads them.
  private mutating func takeOptions(_ text: String, at place: String) throws(SettingsError) {
    var words: [String] = []
    var word: String?
    var isEscaped = false
    for character in text {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else if character == " ", !isEscaped {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = word ?? ""
        word?.append(character)
        isEscaped = false
      }
    }
    if let word { words.append(word) }
    var rest = words[...]
    while let first = rest.popFirst() {
      let setting =
        first == "-c"
        ? rest.popFirst() ?? ""
        : first.hasPrefix("--")
          ? String(first.dropFirst(2))
          : first.hasPrefix("-c") ? String(first.dropFirst(2)) : ""
      let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[0].isEmpty else {
        throw refusal("options", "only -c name=value can be followed", at: place)
      }
      sessionSettings.append((pair[0], pair[1]))
    }
  }

  private var initSql: String? {
    let quoted: (String) -> String = {
      "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
    let calls = sessionSettings.map { "SELECT pg_catalog.set_config(\(quoted($0.name)), \(quoted($0.value)), false);" }
    let all = calls + [settings.initSql].compactMap { $0 }
    return all.isEmpty ? nil : all.joined(separator: "\n")
  }

  private func refusal(_ name: String, _ why: String, at place: String) -> SettingsError {
    SettingsError(
      .unsupported, "The option \(name.shown) cannot be followed: \(why).", at: place, nextStep: "Take it away.")
  }
}
