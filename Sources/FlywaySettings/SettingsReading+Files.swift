internal import MigrationCore
internal import Support

/// Which files there are and which count, as Flyway has it (`ConfigurationManagerImpl.java`): files that are named
/// decide before files that are found, and one file in TOML makes all `.conf` files be passed over.
extension SettingsReading {
  mutating func readFiles() throws(SettingsError) {
    let named = try namedFiles()
    let found = foundFiles()
    let tomlFound = present(found.toml)
    let confFound = present(found.conf)
    let (byArguments, byVariable) = (try areTOML(named.arguments), try areTOML(named.variable))
    isModern = byArguments ?? byVariable ?? (!tomlFound.isEmpty || confFound.isEmpty)
    let all = (isModern ? tomlFound : confFound) + (named.variable + named.arguments).filter { isTOML($0) == isModern }
    for path in all where !filesRead.contains(path) {
      filesRead.append(path)
      try isModern ? readTOML(path) : readConf(path)
    }
    if isModern, !tomlFound.isEmpty, let passed = confFound.first {
      notices.append("\(passed) is not read, because \(tomlFound[0]) is there.")
    }
  }

  /// The files that `-configFiles` and `FLYWAY_CONFIG_FILES` name; each must be there.
  private mutating func namedFiles() throws(SettingsError) -> (arguments: [String], variable: [String]) {
    let argument = input.arguments.last { $0.key == "configFiles" }
    let arguments = Setting(argument?.value ?? Redacted(""), .argument("")).elements.map(path)
    let variable = Setting(Redacted(input.environment["FLYWAY_CONFIG_FILES"] ?? ""), .variable("")).elements.map(path)
    for (paths, place) in [
      (arguments, "argument -configFiles"), (variable, "environment variable FLYWAY_CONFIG_FILES"),
    ] {
      for path in paths where content(path) == .absent {
        throw SettingsError(
          .fileNotFound, "The file \(path) is not there.", at: place, nextStep: "Correct the path, or take it away.")
      }
    }
    return (arguments, variable)
  }

  private func path(_ text: String) -> String {
    text == "-" ? text : Location.absolute(text, workingDirectory)
  }

  /// Where files are looked for, those that count less first.
  private func foundFiles() -> (toml: [String], conf: [String]) {
    var folders: [String] = []
    for folder in [input.homeDirectory, input.currentDirectory, workingDirectory] {
      let folder = folder.map { Location.absolute($0, "/") }
      if let folder, !folders.contains(folder) { folders.append(folder) }
    }
    let paths: (String) -> [String] = { name in folders.map { Location.absolute(name, $0) } }
    return (
      folders.flatMap { [Location.absolute("flyway.toml", $0), Location.absolute("flyway.user.toml", $0)] },
      paths("flyway.conf")
    )
  }

  private mutating func present(_ paths: [String]) -> [String] {
    var result: [String] = []
    for path in paths where content(path) != .absent { result.append(path) }
    return result
  }

  /// Every file is read once: the standard input cannot be read twice.
  private mutating func content(_ path: String) -> SettingsInput.FileContent {
    if let known = contents[path] { return known }
    let content = input.readFile(path)
    contents[path] = content
    return content
  }

  private func isTOML(_ path: String) -> Bool { path.hasSuffix(".toml") }

  /// Nil if there are none.
  private func areTOML(_ paths: [String]) throws(SettingsError) -> Bool? {
    let toml = paths.filter { isTOML($0) }
    guard toml.isEmpty || toml.count == paths.count else {
      throw SettingsError(
        .mixedFormats, "Files in TOML and .conf files are named together: \(paths.joined(separator: ", ")).",
        nextStep: "Put all settings into files of one kind.")
    }
    return paths.isEmpty ? nil : !toml.isEmpty
  }

  /// The bytes of a file that is there.
  private mutating func bytes(_ path: String) throws(SettingsError) -> [UInt8] {
    switch content(path) {
    case .bytes(let bytes) where bytes.count <= SettingsInput.largestFile: return bytes
    case .bytes:
      throw SettingsError(
        .unreadable, "The file has more than \(SettingsInput.largestFile >> 20) MiB.", at: path,
        nextStep: "Keep only settings in it.")
    case .absent:
      throw SettingsError(.fileNotFound, "The file went away while it was read.", at: path, nextStep: "Try again.")
    case .unreadable(let reason):
      throw SettingsError(
        .unreadable, "The file cannot be read: \(reason).", at: path, nextStep: "Check the path and its permissions.")
    }
  }

  // MARK: TOML

  private mutating func readTOML(_ path: String) throws(SettingsError) {
    let file = try TOMLSettings(bytes: bytes(path), path: path)
    for (name, setting) in file.values { values[name] = setting }
    unknown += file.unknown
    notices += file.notices
  }

  // MARK: Java properties

  private mutating func readConf(_ path: String) throws(SettingsError) {
    let file = try ConfSettings(
      text: text(of: bytes(path), path), path: path, environment: input.environment)
    for (name, setting) in file.values { values[name] = setting }
    unknown += file.unknown
    notices += file.notices
  }

  private func text(of bytes: [UInt8], _ path: String) throws(SettingsError) -> String {
    let argument = input.arguments.last { $0.key == "configFileEncoding" }
    // Flyway asks the environment before the arguments here.
    let name = input.environment["FLYWAY_CONFIG_FILE_ENCODING"] ?? argument?.value.reveal() ?? ""
    guard let encoding = CharacterEncoding(name.isEmpty ? "UTF-8" : name) else {
      throw SettingsError(
        .invalidValue, "The value of configFileEncoding, `\(name.shown)`, is no encoding that is known.",
        nextStep: "Write one such as UTF-8 or ISO-8859-1.")
    }
    do throws(CharacterEncoding.DecodingError) {
      let text = try encoding.decode(bytes)
      return String(decoding: text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...], as: UTF8.self)
    } catch {
      throw SettingsError(
        .syntax, "The byte at offset \(error.byteOffset) is not \(encoding.name).", at: path,
        nextStep: "Save the file as \(encoding.name), or set configFileEncoding.")
    }
  }
}
