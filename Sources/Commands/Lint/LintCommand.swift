internal import ArgumentParser
internal import FlywaySettings
internal import MigrationCore
internal import MigrationLint
internal import Support

/// `whimbrel lint`: says what is wrong with scripts, without a database.
///
/// It ends with 0 if nothing of the level that counts is found, 1 if something is, 2 for arguments or settings that cannot
/// be followed, 3 if a file cannot be read or written.
struct LintCommand: Sendable {
  /// How the command ends.
  enum Status {
    static let clean: CInt = 0
    static let findings: CInt = 1
    static let usage: CInt = 2
    static let failure: CInt = 3
  }

  let directory: String
  let environment: [String: String]
  let today: String

  /// Reads the arguments behind `lint`, and does what they say.
  static func run(_ arguments: [String]) async -> CInt {
    let options: LintOptions
    do {
      options = try LintOptions.parse(arguments)
    } catch {
      let isQuestion = LintOptions.exitCode(for: error) == .success
      let text = LintOptions.fullMessage(for: error) + "\n"
      (isQuestion ? OutputStream.standardOutput : OutputStream.standardError).write(text)
      return isQuestion ? Status.clean : Status.usage
    }
    let command = LintCommand(
      directory: ProcessEnvironment.currentDirectory, environment: ProcessEnvironment.all,
      today: String(WallClock.system.now().rfc3339.prefix(10)))
    return await command.run(options)
  }

  func run(_ options: LintOptions) async -> CInt {
    if let topic = options.explain { return explain(topic) }
    do throws(LintFailure) {
      return try await lint(options)
    } catch {
      OutputStream.standardError.write("ERROR: \(VisibleText.paragraph(error.message))\n")
      return error.status
    }
  }

  private func explain(_ topic: String) -> CInt {
    if topic == "all" {
      OutputStream.standardOutput.write(RulePage.text)
      return Status.clean
    }
    guard let rule = Rule.named(topic) else {
      OutputStream.standardError.write(
        "ERROR: There is no rule `\(VisibleText.cell(topic.prefix(60)))`; `whimbrel lint --explain all` lists them.\n")
      return Status.usage
    }
    OutputStream.standardOutput.write(RulePage.section(rule))
    return Status.clean
  }

  private func lint(_ options: LintOptions) async throws(LintFailure) -> CInt {
    guard !options.paths.isEmpty else {
      throw .usage("Name a folder with migrations: whimbrel lint db/migrations.")
    }
    let (settings, configured) = try await LintConfigurationFile.read(options, in: directory, today: today)
    let folders = try await LintFolder.read(options.paths, in: directory, naming: settings.naming)
    var reports = try await report(folders, options, settings)
    if options.fix {
      try await LintFix.apply(reports)
      // What was changed is read again: other findings may have gone, and places have moved.
      let again = try await LintFolder.read(options.paths, in: directory, naming: settings.naming)
      reports = try await report(again, options, settings)
    }
    let result = LintReport(reports)
    if let path = options.writeBaseline {
      try await LintFix.write(Array(FindingBaseline(result.findings).text.utf8), to: absolute(path))
      return Status.clean
    }
    let failOn =
      options.failOn
      ?? configured?.failOn(environment: options.environment).flatMap { LintOptions.FailOn(rawValue: $0.rawValue) }
      ?? .error
    let remaining = try await withoutBaseline(result, options.baseline ?? configured?.baseline)
    try await write(remaining, options, failOn)
    return remaining.findings.contains { failOn.includes($0.level) } ? Status.findings : Status.clean
  }

  private func report(
    _ folders: [LintFolder], _ options: LintOptions, _ settings: LintSettings
  ) async throws(LintFailure) -> [LintFolder.Report] {
    var reports: [LintFolder.Report] = []
    for folder in folders {
      let changed = try await LintRevision.compare(folder, options.since, environment: environment)
      let result = await Linter(settings: settings).runSideBySide(changed.files, removed: changed.removed)
      reports.append(LintFolder.Report(folder: changed, result: result))
    }
    return reports
  }

  private func withoutBaseline(_ report: LintReport, _ path: String?) async throws(LintFailure) -> LintReport {
    guard let path else { return report }
    let bytes: [UInt8]
    do throws(FileContent.Failure) {
      bytes = try await FileContent.read(absolute(path), limit: FindingBaseline.longest)
    } catch {
      throw .usage("The baseline \(path) cannot be read: \(error); make one with --write-baseline.")
    }
    var fault = 0
    guard let baseline = FindingBaseline(parsing: String(decoding: bytes, as: UTF8.self), fault: &fault) else {
      throw .usage("Line \(fault) of the baseline \(path) is not rule, fingerprint and path with tabs between them.")
    }
    return report.without(baseline)
  }

  private func write(
    _ report: LintReport, _ options: LintOptions, _ failOn: LintOptions.FailOn
  ) async throws(LintFailure) {
    let isFile = options.reportFile != nil
    let terminal = Terminal.of(1, color: isFile ? .never : options.color, environment: environment)
    let text =
      switch options.format {
      case .text: LintText(terminal: terminal).text(report)
      case .json: LintJSON.value(report).text + "\n"
      case .sarif: LintSARIF.value(report).text + "\n"
      case .github: LintGitHub.text(report)
      case .gitlab: LintGitLab.value(report).text + "\n"
      case .junit: LintJUnit.text(report, failOn: failOn)
      }
    guard let path = options.reportFile else { return OutputStream.standardOutput.write(text) }
    try await LintFix.write(Array(text.utf8), to: absolute(path))
  }

  private func absolute(_ path: String) -> String { Location.absolute(path, directory) }
}

/// Why `whimbrel lint` could not do its work.
struct LintFailure: Error, Sendable, Equatable {
  let status: CInt
  /// What happened, where, and what to do next.
  let message: String

  static func usage(_ message: String) -> LintFailure {
    LintFailure(status: LintCommand.Status.usage, message: message)
  }

  static func failure(_ message: String) -> LintFailure {
    LintFailure(status: LintCommand.Status.failure, message: message)
  }
}
