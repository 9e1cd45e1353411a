internal import Support

/// One run of reading settings: files, then environment variables, then arguments, each over what came before.
struct SettingsReading {
  let input: SettingsInput
  let workingDirectory: String
  var values = SettingsValues()
  var filesRead: [String] = []
  var contents: [String: SettingsInput.FileContent] = [:]
  var notices: [String] = []
  var unknown: [UnknownKey] = []
  /// Whether settings are arranged as in `flyway.toml`: unless a `.conf` file is read (`ConfigurationManagerImpl.java`).
  var isModern = true

  init(_ input: SettingsInput) {
    self.input = input
    let chosen = input.arguments.last { $0.key == "workingDirectory" }?.value.reveal() ?? ""
    workingDirectory = Location.absolute(chosen, input.currentDirectory)
  }

  mutating func run() throws(SettingsError) {
    try readFiles()
    readVariables()
    readArguments()
    try UnknownKey.refuse(unknown)
    try chooseEnvironment()
    noteWhatIsPassedOver()
  }

  private mutating func readVariables() {
    for (name, value) in input.environment.sorted(by: { $0.key < $1.key }) {
      let setting = Setting(.init(value), .variable(name))
      if name.hasPrefix("FLYWAY_") || name.hasPrefix("WHIMBREL_"), let known = SettingsKey.canonical(variable: name) {
        values[known.name] = setting
      } else if isModern, name.hasPrefix("flyway_") || name.hasPrefix("environments_") {
        readLowerCaseVariable(name, setting)
      } else if name.hasPrefix("FLYWAY_"), !Self.foreignVariables.contains(name) {
        noteUnknownVariable(name)
      }
    }
  }

  /// `flyway_environment`, `environments_dev_url`: each `_` stands for a dot (`TomlUtils.java`).
  private mutating func readLowerCaseVariable(_ name: String, _ setting: Setting) {
    let path = name.split(separator: "_", omittingEmptySubsequences: false).joined(separator: ".")
    let key = path.hasPrefix("flyway.") ? String(path.dropFirst(7)) : path
    guard let known = SettingsKey.canonical(flag: key), known.name == key else {
      unknown.append(UnknownKey(key, setting.origin))
      return
    }
    values[key] = setting
  }

  private mutating func noteUnknownVariable(_ name: String) {
    if name == "FLYWAY_ENVIRONMENT" {
      notices.append("\(name) is no setting, as in Flyway: write it in lower case, flyway_environment.")
      return
    }
    let near = NearestVariable.of(name).map { "; did you mean \($0)?" } ?? "."
    notices.append("The environment variable \(name) sets nothing\(near)")
  }

  private mutating func readArguments() {
    for argument in input.arguments {
      let setting = Setting(argument.value, .argument(argument.shown))
      guard let known = SettingsKey.canonical(flag: argument.key) else {
        unknown.append(UnknownKey(argument.key, setting.origin))
        continue
      }
      values[known.name] = setting
    }
  }

  /// What Flyway's own images and tools set.
  private static let foreignVariables: Set<String> = [
    "FLYWAY_EDITION", "FLYWAY_VERSION", "FLYWAY_HOME", "FLYWAY_NATIVE_CONNECTORS", "FLYWAY_LOG_DEBUG_CONFIGURATION_MAP",
    "FLYWAY_TELEMETRY_IDENTIFIER", "FLYWAY_LINK",
  ]

  /// Names settings that are known but do nothing, or that Flyway does not give away.
  private mutating func noteWhatIsPassedOver() {
    for (name, setting) in values.settings.sorted(by: { $0.key < $1.key }) {
      switch SettingsKey.canonical(flag: name)?.key.status {
      case .paid(let why), .irrelevant(let why): notices.append("\(name) (\(setting.origin)): \(why).")
      case .used, nil: break
      }
    }
  }
}
