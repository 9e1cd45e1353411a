/// One run of reading a directory.
struct MigrationResolution {
  let settings: MigrationSettings
  private var set = MigrationSet()
  private var configurations: [String: ScriptFile] = [:]

  init(settings: MigrationSettings) {
    self.settings = settings
  }

  mutating func resolve(_ files: [ScriptFile]) -> MigrationSet {
    checkPlaceholderNames()
    let visible = distinct(files.filter { !$0.isInHiddenDirectory })
    for file in visible where file.name.hasSuffix(".conf") { configurations[file.path] = file }
    for file in visible { read(file) }
    reportOrphans()
    set.versioned = ordered(set.versioned, code: .duplicateVersioned)
    set.baselines = ordered(set.baselines, code: .duplicateVersioned)
    set.undo = ordered(set.undo, code: .duplicateUndo)
    set.repeatables = orderedRepeatables()
    return set
  }

  private mutating func read(_ file: ScriptFile) {
    switch settings.naming.classify(file.name) {
    case .migration(let name): readMigration(file, name)
    case .callback(let name): readCallback(file, name)
    case .script(let name): readMigration(file, name, isProgram: true)
    case .invalid(let reason):
      set.problems.append(
        MigrationProblem(
          .invalidName, severity: settings.validateMigrationNaming ? .blocking : .warning,
          message: "\(file.path) is not run, because its name follows no convention: \(reason)",
          nextStep: "Rename the file, or move it out of the directory.", files: [file.path]))
    case .ignored: break
    }
  }

  private mutating func readMigration(_ file: ScriptFile, _ name: MigrationName, isProgram: Bool = false) {
    guard file.bytes.count <= settings.limits.bytes else {
      set.problems.append(
        MigrationProblem(
          .fileTooLarge,
          message: "\(file.path) has \(file.bytes.count) bytes; at most \(settings.limits.bytes) are read.",
          nextStep: "Cut the migration into several.", files: [file.path], version: name.version?.description,
          description: name.description))
      return
    }
    let configuration = configuration(of: file, name)
    do throws(MigrationError) {
      append(try isProgram ? program(file, name) : script(file, name, configuration))
    } catch {
      set.problems.append(problem(.invalidEncoding, error, file.path, name))
    }
  }

  private mutating func readCallback(_ file: ScriptFile, _ name: CallbackName) {
    guard !settings.skipDefaultCallbacks else { return }
    let shape = MigrationName(kind: .repeatable, version: nil, description: name.description)
    let configuration = configuration(of: file, shape)
    do throws(MigrationError) {
      let read = try script(file, shape, configuration)
      set.callbacks.append(
        CallbackScript(
          event: name.event, description: name.description, script: file.path, location: file.location,
          text: read.text, configuration: configuration, textProblem: read.textProblem))
    } catch {
      set.problems.append(problem(.invalidEncoding, error, file.path, shape))
    }
  }

  private func script(
    _ file: ScriptFile, _ name: MigrationName, _ configuration: ScriptConfiguration
  ) throws(MigrationError) -> MigrationScript {
    let raw = try UTF8Text.decode(file.bytes)
    var text = raw
    var textProblem: MigrationProblem?
    if configuration.placeholderReplacement ?? settings.placeholderReplacement {
      do throws(MigrationError) {
        text = try settings.placeholders(forScript: file.path).replace(in: raw)
      } catch {
        textProblem = problem(.unresolvedPlaceholder, error, file.path, name)
      }
    }
    let rawChecksum = Checksum.lines(file.bytes)
    return MigrationScript(
      name: name, script: file.path, location: file.location,
      checksum: name.kind == .repeatable ? Checksum.lines(Array(text.utf8), skippingMark: false) : rawChecksum,
      rawChecksum: rawChecksum, sha256: ContentDigest.sha256(file.bytes), text: text, configuration: configuration,
      textProblem: textProblem)
  }

  /// A program in the place of a migration: a history that holds it goes on, a pending one is a problem of the plan.
  private func program(_ file: ScriptFile, _ name: MigrationName) throws(MigrationError) -> MigrationScript {
    let checksum = try Checksum.flyway(file.bytes)
    let problem = MigrationProblem(
      .scriptNotSupported, message: "\(file.path) is a program that Flyway would run; only SQL is run here.",
      nextStep: "Write it as SQL, or move the file out of the directory.", files: [file.path],
      version: name.version?.description, description: name.description)
    return MigrationScript(
      name: name, type: .script, script: file.path, location: file.location, checksum: checksum, rawChecksum: checksum,
      sha256: ContentDigest.sha256(file.bytes), text: "", textProblem: problem)
  }

  private mutating func append(_ script: MigrationScript) {
    checkLengths(script)
    switch script.name.kind {
    case .versioned: set.versioned.append(script)
    case .baseline: set.baselines.append(script)
    case .undo: set.undo.append(script)
    case .repeatable:
      // Flyway, too, fails at once: without the text there is no checksum to compare.
      if script.type == .sql, let problem = script.textProblem { set.problems.append(problem) }
      set.repeatables.append(script)
    }
  }
}

// MARK: Checks

extension MigrationResolution {
  private func problem(
    _ code: MigrationProblem.Code, _ error: MigrationError, _ path: String, _ name: MigrationName
  ) -> MigrationProblem {
    MigrationProblem(
      code, message: "\(path): \(error.message)", nextStep: error.nextStep, files: [path],
      version: name.version?.description, description: name.description, position: error.position)
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

  /// Files by path; the same path with the same content counts once, as when two locations overlap.
  private mutating func distinct(_ files: [ScriptFile]) -> [ScriptFile] {
    var result: [ScriptFile] = []
    for file in files.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
      guard let last = result.last, last.path == file.path else {
        result.append(file)
        continue
      }
      if last.bytes != file.bytes {
        set.problems.append(
          MigrationProblem(
            .duplicateFile, message: "\(file.path) is there twice with different contents.",
            nextStep: "Keep one of the two.", files: [file.path]))
      }
    }
    return result
  }

  private mutating func configuration(of file: ScriptFile, _ name: MigrationName) -> ScriptConfiguration {
    let path = file.path + ".conf"
    guard let configuration = configurations.removeValue(forKey: path) else { return ScriptConfiguration() }
    do throws(MigrationError) {
      let text = try UTF8Text.decode(Array(configuration.bytes.prefix(ScriptConfiguration.longest + 1)))
      return try ScriptConfiguration(parsing: settings.placeholders(forScript: file.path).replace(in: text))
    } catch {
      set.problems.append(problem(.invalidConfiguration, error, path, name))
      return ScriptConfiguration()
    }
  }

  private mutating func reportOrphans() {
    for path in configurations.keys.sorted() {
      let script = String(path.dropLast(5))
      guard settings.naming.suffixes.contains(where: { script.lowercased().hasSuffix($0.lowercased()) }) else {
        continue
      }
      guard !set.callbacks.contains(where: { $0.script == script }) else { continue }
      set.problems.append(
        MigrationProblem(
          .orphanedConfiguration, severity: .warning, message: "\(path) has no migration \(script) beside it.",
          nextStep: "Rename or delete it.", files: [path]))
    }
  }

  private mutating func checkLengths(_ script: MigrationScript) {
    if let version = script.version?.description, version.unicodeScalars.count > HistoryText.longestVersion {
      set.problems.append(
        MigrationProblem(
          .versionTooLong,
          message:
            "\(script.script): the version has \(version.unicodeScalars.count) characters; the history table holds 50.",
          nextStep: "Shorten the version.", files: [script.script], version: version, description: script.description))
    }
    if script.version == nil, script.description.utf16.count > HistoryText.longestDescription {
      // Flyway shortens it in the history, does not find it again and runs it every time.
      set.problems.append(
        MigrationProblem(
          .descriptionTooLong,
          message:
            "\(script.script): the description has \(script.description.utf16.count) characters; the history table holds 200.",
          nextStep: "Shorten the file name.", files: [script.script], description: script.description))
    }
  }

  // MARK: Order

  private mutating func ordered(_ scripts: [MigrationScript], code: MigrationProblem.Code) -> [MigrationScript] {
    var result: [MigrationScript] = []
    let sorted = scripts.sorted { left, right in
      guard let one = left.version, let other = right.version, one != other else { return left.script < right.script }
      return one < other
    }
    for script in sorted {
      if let last = result.last, last.version == script.version {
        set.problems.append(duplicate(code, "version \(script.version?.description ?? "")", last, script))
      } else {
        result.append(script)
      }
    }
    return result
  }

  private mutating func orderedRepeatables() -> [MigrationScript] {
    var result: [MigrationScript] = []
    let sorted = set.repeatables.sorted { left, right in
      left.description == right.description
        ? left.script < right.script : left.description.utf16.lexicographicallyPrecedes(right.description.utf16)
    }
    for script in sorted {
      if let last = result.last, last.description == script.description {
        set.problems.append(duplicate(.duplicateRepeatable, "description \"\(script.description)\"", last, script))
      } else {
        result.append(script)
      }
    }
    return result
  }

  private func duplicate(
    _ code: MigrationProblem.Code, _ what: String, _ first: MigrationScript, _ second: MigrationScript
  ) -> MigrationProblem {
    MigrationProblem(
      code, message: "\(first.script) and \(second.script) are both of \(what).",
      nextStep: "Rename one of them; if one is applied already, rename the other.",
      files: [first.script, second.script], version: second.version?.description, description: second.description)
  }
}
