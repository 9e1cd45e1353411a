/// Programs in the place of SQL: `V1__x.sh`, `beforeMigrate.py`, on Linux also files without an ending.
extension MigrationResolution {
  /// A program in the place of a migration: a history that holds it goes on; where programs do not run, a pending one is
  /// a problem of the plan.
  func program(
    _ file: ScriptFile, _ name: MigrationName, _ configuration: ScriptConfiguration
  ) throws(MigrationError) -> MigrationScript {
    let utf8 = try decode(file, configuration)
    let rawChecksum = Checksum.lines(utf8)
    var (checksum, textProblem) = (rawChecksum, nil as MigrationProblem?)
    if name.kind == .repeatable, settings.placeholderReplacement {
      do throws(MigrationError) {
        let text = try settings.scriptPlaceholders(forScript: file.path)
          .replace(in: UTF8Text.withoutMark(utf8), limit: settings.limits.bytes)
        checksum = Checksum.lines(Array(text.utf8), skippingMark: false)
      } catch {
        textProblem = problem(.unresolvedPlaceholder, error, file.path, name)
      }
    }
    var program: Program?
    do throws(MigrationError) {
      program = try self.program(file)
    } catch {
      textProblem = problem(.invalidSetting, error, file.path, name)
    }
    if !isRunnable(file) { textProblem = notSupported(file, name) }
    return MigrationScript(
      name: name, type: Self.type(of: name.kind), script: file.path, location: file.location, checksum: checksum,
      rawChecksum: rawChecksum, sha256: ContentDigest.sha256(file.bytes), text: "", configuration: configuration,
      textProblem: textProblem, program: program)
  }

  /// A program in the place of a callback, which where programs do not run would silently not be.
  ///
  /// As in Flyway it is one also where `skipDefaultCallbacks` leaves SQL out.
  mutating func readProgramCallback(_ file: ScriptFile) {
    guard let name = settings.naming.programCallback(file.name) else { return }
    let shape = MigrationName(kind: .repeatable, version: nil, description: name.description)
    guard isRunnable(file) else {
      set.problems.append(notSupported(file, shape, at: name.event))
      return
    }
    do throws(MigrationError) {
      let program = try program(file)
      set.callbacks.append(
        CallbackScript(
          event: name.event, description: name.description, script: file.path, location: file.location, text: "",
          sha256: ContentDigest.sha256(file.bytes), program: program))
    } catch {
      set.problems.append(problem(.invalidSetting, error, file.path, shape))
    }
  }

  // What does not lie in a directory, such as a key of a ConfigMap, is never run, whatever the settings say.
  private func isRunnable(_ file: ScriptFile) -> Bool {
    settings.runsPrograms && !file.location.isEmpty
  }

  private func program(_ file: ScriptFile) throws(MigrationError) -> Program? {
    guard isRunnable(file) else { return nil }
    return try Program(path: file.filePath, script: file.path, settings: settings)
  }

  /// As `ScriptMigrationResolver` has it: a baseline is one whatever it is written in.
  private static func type(of kind: MigrationKind) -> HistoryType {
    switch kind {
    case .versioned, .repeatable: .script
    case .baseline: .sqlBaseline
    case .undo: .undoScript
    }
  }

  private func notSupported(
    _ file: ScriptFile, _ name: MigrationName, at event: CallbackEvent? = nil
  ) -> MigrationProblem {
    MigrationProblem(
      .scriptNotSupported,
      message: "\(file.filePath) is a program that Flyway would run\(event.map { " at \($0)" } ?? ""); only SQL is run "
        + "here.",
      nextStep: "Write it as SQL, or move the file out of the directory.", files: [file.path],
      version: name.version?.description, description: name.description)
  }
}
