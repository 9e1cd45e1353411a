/// One reader and what must hold for it; the corpus of each is the folder `Corpus/<name>`.
enum FuzzTarget: String, CaseIterable {
  case lexer, names, conf, settings, lint

  /// Checks every property on one input.
  func check(_ bytes: [UInt8]) throws(Violation) {
    switch self {
    case .lexer: try LexerProperties.check(bytes)
    case .names: try NameProperties.check(bytes)
    case .conf: try ConfigurationProperties.check(bytes)
    case .settings: try SettingsProperties.check(bytes)
    case .lint: if let violation = LintProperties.violation(bytes) { throw Violation(violation) }
    }
  }
}
