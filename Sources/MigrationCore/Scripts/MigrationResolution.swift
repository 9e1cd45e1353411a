/// One run of reading a directory.
struct MigrationResolution {
  let settings: MigrationSettings
  var set = MigrationSet()
  private var configurations = ConfigurationFiles()

  init(settings: MigrationSettings) {
    self.settings = settings
  }

  mutating func resolve(_ files: [ScriptFile]) -> MigrationSet {
    checkPlaceholderNames()
    let visible = files.filter { !$0.isInHiddenDirectory }.sorted { left, right in
      left.path == right.path
        ? left.location.utf8.lexicographicallyPrecedes(right.location.utf8)
        : left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
    }
    configurations = ConfigurationFiles(visible)
    for file in visible { read(file) }
    set.problems += configurations.orphans(beside: visible, settings.naming)
    sortAll()
    return set
  }

  private mutating func read(_ file: ScriptFile) {
    switch settings.naming.classify(file.name) {
    case .callback(let name) where file.role != .migrations: readCallback(file, name)
    case .migration(let name)
    where name.kind == .repeatable && name.description.isEmpty
      && settings.naming.stem(of: file.name) == settings.naming.repeatablePrefix:
      // Flyway asks for more than prefix and suffix: `R.sql` is nothing to it.
      break
    case .migration(let name) where file.role != .callbacks: readMigration(file, name)
    case .script(let name) where file.role != .callbacks: readMigration(file, name, isProgram: true)
    case .invalid(let reason) where file.role != .callbacks:
      set.problems.append(
        MigrationProblem(
          .invalidName, severity: settings.validateMigrationNaming ? .blocking : .warning,
          message: "\(file.filePath) is not run, because its name follows no convention: \(reason)",
          nextStep: "Rename the file, or move it out of the directory.", files: [file.path]))
    case .ignored where file.role != .migrations: readProgramCallback(file)
    default: break
    }
  }

  private mutating func readMigration(_ file: ScriptFile, _ name: MigrationName, isProgram: Bool = false) {
    guard !isTooLarge(file, name) else { return }
    let configuration = configuration(of: file, name)
    do throws(MigrationError) {
      append(try isProgram ? program(file, name, configuration) : script(file, name, configuration))
    } catch {
      set.problems.append(problem(.invalidEncoding, error, file.path, name))
    }
  }

  private mutating func readCallback(_ file: ScriptFile, _ name: CallbackName) {
    let shape = MigrationName(kind: .repeatable, version: nil, description: name.description)
    guard !settings.skipDefaultCallbacks, !isTooLarge(file, shape) else { return }
    let configuration = configuration(of: file, shape)
    do throws(MigrationError) {
      let utf8 = try decode(file, configuration)
      let (text, textProblem) = replaced(UTF8Text.withoutMark(utf8), file, shape, configuration)
      set.callbacks.append(
        CallbackScript(
          event: name.event, description: name.description, script: file.path, location: file.location, text: text,
          sha256: ContentDigest.sha256(file.bytes), configuration: configuration, textProblem: textProblem))
    } catch {
      set.problems.append(problem(.invalidEncoding, error, file.path, shape))
    }
  }

  private mutating func append(_ script: MigrationScript) {
    switch script.name.kind {
    case .versioned: set.versioned.append(script)
    case .baseline: set.baselines.append(script)
    case .undo: set.undo.append(script)
    case .repeatable:
      // Flyway, too, fails at once: without the text there is no checksum to compare.
      if let problem = script.textProblem, problem.code != .scriptNotSupported { set.problems.append(problem) }
      set.repeatables.append(script)
    }
  }
}

// MARK: Contents

extension MigrationResolution {
  private func script(
    _ file: ScriptFile, _ name: MigrationName, _ configuration: ScriptConfiguration
  ) throws(MigrationError) -> MigrationScript {
    let utf8 = try decode(file, configuration)
    let (text, textProblem) = replaced(UTF8Text.withoutMark(utf8), file, name, configuration)
    let rawChecksum = Checksum.lines(utf8)
    return MigrationScript(
      name: name, script: file.path, location: file.location,
      checksum: name.kind == .repeatable ? Checksum.lines(Array(text.utf8), skippingMark: false) : rawChecksum,
      rawChecksum: rawChecksum, sha256: ContentDigest.sha256(file.bytes), text: text, configuration: configuration,
      textProblem: textProblem)
  }

  /// The file in UTF-8: the encoding of its `.conf` wins, then detection, then the setting.
  func decode(_ file: ScriptFile, _ configuration: ScriptConfiguration) throws(MigrationError) -> [UInt8] {
    let guess = settings.detectEncoding ? EncodingGuess.encoding(of: file.bytes) : settings.encoding
    return try UTF8Text.utf8(file.bytes, as: configuration.encoding ?? guess)
  }

  /// The text with placeholders replaced, or as it is with the reason why not.
  private func replaced(
    _ text: String, _ file: ScriptFile, _ name: MigrationName, _ configuration: ScriptConfiguration
  ) -> (String, MigrationProblem?) {
    // Few scripts have any, and the table of values is made for each script that has.
    guard configuration.placeholderReplacement ?? settings.placeholderReplacement,
      let mark = settings.placeholderPrefix.utf8.first, text.utf8.contains(mark)
    else { return (text, nil) }
    do throws(MigrationError) {
      let placeholders = settings.placeholders(forScript: file.path)
      return (try placeholders.replace(in: text, limit: settings.limits.bytes), nil)
    } catch {
      let code: MigrationProblem.Code = error.code == .scriptTooLarge ? .fileTooLarge : .unresolvedPlaceholder
      return (text, problem(code, error, file.path, name))
    }
  }

  private mutating func configuration(of file: ScriptFile, _ name: MigrationName) -> ScriptConfiguration {
    guard let configuration = configurations.configuration(of: file) else { return ScriptConfiguration() }
    do throws(MigrationError) {
      let bytes = Array(configuration.bytes.prefix(ScriptConfiguration.longest + 1))
      let text = UTF8Text.withoutMark(try UTF8Text.utf8(bytes, as: settings.encoding))
      let replaced = try settings.placeholders(forScript: file.path)
        .replace(in: text, limit: ScriptConfiguration.longest)
      return try ScriptConfiguration(parsing: replaced, written: text)
    } catch {
      set.problems.append(problem(.invalidConfiguration, error, configuration.path, name))
      return ScriptConfiguration()
    }
  }
}

// MARK: Checks

extension MigrationResolution {
  func problem(
    _ code: MigrationProblem.Code, _ error: MigrationError, _ path: String, _ name: MigrationName
  ) -> MigrationProblem {
    MigrationProblem(
      code, message: "\(path): \(error.message)", nextStep: error.nextStep, files: [path],
      version: name.version?.description, description: name.description, position: error.position)
  }

  private mutating func isTooLarge(_ file: ScriptFile, _ name: MigrationName) -> Bool {
    guard file.bytes.count > settings.limits.bytes else { return false }
    set.problems.append(
      MigrationProblem(
        .fileTooLarge,
        message: "\(file.path) has \(file.bytes.count) bytes; at most \(settings.limits.bytes) are read.",
        nextStep: "Cut the migration into several.", files: [file.path], version: name.version?.description,
        description: name.description))
    return true
  }

  private mutating func checkPlaceholderNames() {
    let mark = "flyway" + settings.placeholderSeparator
    for name in settings.placeholders.keys.sorted() where name.lowercased().hasPrefix(mark) {
      set.problems.append(
        MigrationProblem(
          .unresolvedPlaceholder, message: "The placeholder \(name) cannot be set: \(mark) is for Flyway's own.",
          nextStep: "Give the placeholder another name."))
    }
  }
}
