import FlywaySettings
import FoundationEssentials
import Logging
import MigrationCore
import MigrationEngine
import MigrationSources
import Postgres
import Subprocess

/// Commands done by the library: settings, scripts, and a session.
struct LibraryPath: FlywayPath {
  static var kind: PathKind { .library }
  /// What belongs to the output of the command line.
  static var unseen: Set<String> { ["shape", "migrate.schemaName", "migrate.success"] }

  func perform(_ step: RecordedStep, _ place: CasePlace) async throws -> [String: JSONValue] {
    let command = step.cmd ?? ""
    let settings = place.settings(of: step)
    var fields = await run(command, settings, place)
    guard place.recorded.asksInfo, command != "info" else { return fields }
    let info = await run("info", settings, place)
    for name in ["info", "schemaVersion"] { fields[name] = info[name] }
    return fields
  }

  private func run(_ verb: String, _ settings: [String: String], _ place: CasePlace) async -> [String: JSONValue] {
    var fields: [String: JSONValue] = ["exit": .number(0), "error": .null, "info": .null, "schemaVersion": .null]
    do {
      let configuration = try FlywayConfiguration.read(
        SettingsInput(
          arguments: settings.map { SettingsInput.Argument(key: $0.key, value: $0.value) },
          currentDirectory: place.folder.path))
      fields.merge(try await run(verb, configuration)) { $1 }
    } catch {
      fields["exit"] = .number(1)
      fields["error"] = .string(Self.code(error))
    }
    return fields
  }

  private static func code(_ error: any Error) -> String {
    switch error {
    case let error as EngineError: error.flywayResultCode
    case let error as SettingsError: error.flywayErrorCode
    case is SourceError: "ERROR"
    default: "\(error)"
    }
  }

  private func run(_ verb: String, _ configuration: FlywayConfiguration) async throws -> [String: JSONValue] {
    let connection = try configuration.connection.resolve { try String(contentsOfFile: $0, encoding: .utf8) }
    let session = try await MigrationSession.open(
      connection.parameters, initSql: connection.initSql,
      logger: Logger(label: "flyway", factory: { _ in SwiftLogNoOpLogHandler() }))
    do {
      let fields = try await run(verb, configuration, connection.parameters, session)
      await session.close()
      return fields
    } catch {
      await session.close()
      throw error
    }
  }

  private func run(
    _ verb: String, _ configuration: FlywayConfiguration, _ parameters: ConnectionParameters,
    _ session: MigrationSession
  ) async throws -> [String: JSONValue] {
    let schema = try await session.readHistory(configuration.migration).schema
    let request = try await request(configuration, parameters, schema: schema)
    switch verb {
    case "migrate": return Self.fields(try await session.run(request))
    case "info": return try Self.fields(try await session.info(request))
    case "validate": return Self.fields(try await session.validate(request))
    case "repair": return Self.fields(try await session.repair(request))
    case "baseline": return Self.fields(try await session.baseline(request))
    default: return Self.fields(try await session.clean(request))
    }
  }

  private func request(
    _ configuration: FlywayConfiguration, _ parameters: ConnectionParameters, schema: String
  ) async throws -> RunRequest {
    var settings = configuration.migration
    let known = [
      "user": parameters.user, "database": parameters.database, "defaultSchema": schema,
      "timestamp": "2026-01-01 00:00:00",
    ]
    settings.builtInPlaceholders.merge(known) { $1 }
    settings.runsPrograms = true
    let (snapshot, _) = try await LocationSource(
      locations: configuration.locations, callbackLocations: configuration.callbackLocations,
      failOnMissing: configuration.failOnMissingLocations, workingDirectory: configuration.workingDirectory
    ).snapshot(reading: settings.naming.suffixes)
    var request = RunRequest(
      scripts: MigrationSet.resolve(snapshot.files, settings: settings), settings: settings,
      execution: ExecutionSettings())
    request.scriptCheck = .oneByOne
    request.runProgram = { program, _ in await Self.run(program) }
    request.lockWait = .retries(count: configuration.lockRetryCount, every: .seconds(1))
    return request
  }
}

// MARK: Programs

extension LibraryPath {
  private static func run(_ program: Program) async -> ProgramResult {
    let variables = program.environment.map { "\($0.key)=\($0.value)" }
    do {
      let result = try await Subprocess.run(
        .name("env"), arguments: Arguments(variables + program.command), input: .none,
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
      let output = result.standardOutput + result.standardError
      guard case .exited(let code) = result.terminationStatus else {
        return ProgramResult(ending: .signalled(0), output: output)
      }
      return ProgramResult(ending: .exited(Int32(code)), output: output)
    } catch {
      return ProgramResult(ending: .notStarted("\(error)"), output: "")
    }
  }
}

// MARK: Reports as fields

extension LibraryPath {
  private static func fields(_ summary: RunSummary) -> [String: JSONValue] {
    [
      "migrate.initialSchemaVersion": .optional(summary.initialVersion),
      "migrate.targetSchemaVersion": .optional(summary.targetVersion),
      "migrate.migrationsExecuted": .number(summary.applied),
      "migrate.migrations": .array(
        summary.steps.map { step in
          let info = MigrationInfo(script: step.script, row: nil, state: .pending)
          return .object([
            "category": .string(info.category), "version": .string(info.version ?? ""),
            "description": .string(info.description), "type": .string(info.type),
            "filepath": .string(step.script.filePath),
          ])
        }),
    ]
  }

  // Where something blocks, Flyway's `info` fails.
  private static func fields(_ report: HistoryReport) throws -> [String: JSONValue] {
    if let problem = report.problems.first(where: \.isBlocking) {
      throw EngineError(.validationFailed, problem.message, problems: report.problems)
    }
    return [
      "schemaVersion": .string(report.overview.currentVersion ?? "<< Empty Schema >>"),
      "info": .array(
        report.overview.migrations.map { info in
          .strings([
            info.category, info.version ?? "", info.description, info.type, info.state.displayName,
            info.script?.filePath ?? "",
          ])
        }),
    ]
  }

  private static func fields(_ report: ValidationReport) -> [String: JSONValue] {
    [
      "exit": .number(report.isSuccessful ? 0 : 1), "error": .optional(report.flywayErrorCode),
      "validate.validationSuccessful": .bool(report.isSuccessful),
      "validate.invalid": .array(
        report.problems.filter { $0.code != .schemaDoesNotExist }.map { problem in
          .strings([problem.version ?? "", problem.description ?? "", problem.code.rawValue])
        }),
    ]
  }

  private static func fields(_ report: RepairReport) -> [String: JSONValue] {
    let parts = [
      ("migrationsRemoved", "Removed failed migrations", report.removed),
      ("migrationsDeleted", "Marked missing migrations as deleted", report.deleted),
      ("migrationsAligned", "Aligned applied migration checksums", report.aligned),
    ]
    var fields: [String: JSONValue] = [
      "repair.repairActions": .strings(parts.filter { !$0.2.isEmpty }.map(\.1))
    ]
    for (name, _, entries) in parts {
      fields["repair.\(name)"] = .array(
        entries.map { entry in
          .object([
            "version": .string(entry.version), "description": .string(entry.description),
            "filepath": .string(entry.filePath),
          ])
        })
    }
    return fields
  }

  private static func fields(_ report: BaselineReport) -> [String: JSONValue] {
    ["baseline.baselineVersion": .string(report.version), "baseline.successfullyBaselined": .bool(true)]
  }

  private static func fields(_ report: CleanReport) -> [String: JSONValue] {
    [
      "clean.schemasCleaned": .strings(report.schemasCleaned),
      "clean.schemasDropped": .strings(report.schemasDropped),
    ]
  }
}
