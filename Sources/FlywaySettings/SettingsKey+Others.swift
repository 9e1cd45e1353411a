extension SettingsKey {
  static let output: [SettingsKey] = [
    SettingsKey("outputType", .text, in: [.argument, .toml, .conf], help: "json for a result that programs read"),
    SettingsKey("color", .text, default: "auto", in: [.argument, .toml], help: "Colours: always, never or auto"),
    SettingsKey("quiet", .bool, default: "false", in: .argumentOnly, help: "Only warnings and errors; -q"),
    SettingsKey("debug", .bool, default: "false", in: .argumentOnly, help: "Everything that happens; -X"),
  ]

  static let commandLine: [SettingsKey] = [
    SettingsKey("infoSinceDate", .text, in: .argumentOnly, help: "info: only what was applied since dd/MM/yyyy HH:mm"),
    SettingsKey("infoUntilDate", .text, in: .argumentOnly, help: "info: only what was applied until dd/MM/yyyy HH:mm"),
    SettingsKey("infoSinceVersion", .text, in: .argumentOnly, help: "info: only this version and higher ones"),
    SettingsKey("infoUntilVersion", .text, in: .argumentOnly, help: "info: only this version and lower ones"),
    SettingsKey("infoOfState", .list, in: .argumentOnly, help: "info: only these states, such as pending,success"),
    SettingsKey(
      "migrationIds", .bool, default: "false", in: .argumentOnly,
      help: "info: only versions and descriptions, with commas"),
  ]

  static let own: [SettingsKey] = [
    SettingsKey(
      "whimbrel.lockTimeout", .duration, default: "5s", variable: "WHIMBREL_LOCK_TIMEOUT",
      help: "How long a statement of a transactional migration may wait for a lock; 0s for ever"),
    SettingsKey(
      "whimbrel.statementTimeout", .duration, default: "0s", variable: "WHIMBREL_STATEMENT_TIMEOUT",
      help: "How long a statement may run; 0s for ever"),
    SettingsKey(
      "whimbrel.lockRetries", .int, default: "10", variable: "WHIMBREL_LOCK_RETRIES",
      help: "How often a transaction that met a lock timeout or a deadlock is tried again"),
    SettingsKey(
      "whimbrel.multiShardMode", .text, default: "Auto", variable: "WHIMBREL_MULTI_SHARD_MODE",
      help: "How Citus changes shards in a transaction: Auto, Sequential or Parallel"),
    SettingsKey(
      "whimbrel.scratchDatabase", .bool, default: "true", variable: "WHIMBREL_SCRATCH_DATABASE",
      help: "plan: whether what is pending is tried in a database that is made for it and dropped"),
  ]

  static let sold: [SettingsKey] =
    [
      SettingsKey(
        "dryRunOutput", .text, variable: "FLYWAY_DRYRUN_OUTPUT",
        status: .paid("Flyway sells it, and its open edition applies the migrations all the same; it is refused here"),
        help: "whimbrel plan shows what would run"),
      sells("errorOverrides", .list, variable: "FLYWAY_ERROR_OVERRIDES", "errors are not overridden"),
      sells("kerberosConfigFile", .text, variable: "FLYWAY_KERBEROS_CONFIG_FILE", "Kerberos is not used"),
      sells("licenseKey", .text, variable: "FLYWAY_LICENSE_KEY", "there is no licence to check"),
      sells("email", .text, variable: "FLYWAY_EMAIL", "there is no licence to check"),
      sells("token", .text, variable: "FLYWAY_TOKEN", "there is no licence to check"),
      sells("offlinePermitPath", .text, variable: nil, "there is no licence to check"),
      sells("pipelineId", .text, variable: "FLYWAY_PIPELINE_ID", "nothing is published"),
      sells("publishResult", .text, variable: "FLYWAY_PUBLISH_RESULT", "nothing is published"),
      sells("checkDriftOnMigrate", .text, variable: nil, "drift is not checked"),
      sells("schemaModelLocation", .text, variable: nil, "there is no schema model"),
      sells("schemaModelSchemas", .list, variable: nil, "there is no schema model"),
      sells("provisionMode", .text, variable: nil, "environments are not provisioned"),
      sells("environmentProvisionMode", .text, variable: nil, "environments are not provisioned"),
    ]
    + [
      "check", "diff", "diffText", "generate", "prepare", "snapshot", "model", "undo", "vault", "dapr", "gcsm",
      "azurekeyvault",
    ]
    .map { sells($0, .map, variable: nil, "the command or service is not here") }

  static let unneeded: [SettingsKey] =
    [
      idle("driver", .text, variable: "FLYWAY_DRIVER", in: .connection, "libpq is the only driver"),
      idle("jarDirs", .list, variable: "FLYWAY_JAR_DIRS", "there is no Java"),
      idle(
        "callbacks", .list, variable: "FLYWAY_CALLBACKS", "there is no Java; SQL callbacks are found in the locations"),
      idle("resolvers", .list, variable: "FLYWAY_RESOLVERS", "there is no Java"),
      idle("migrationResolvers", .list, variable: nil, "there is no Java"),
      idle("skipDefaultResolvers", .bool, variable: "FLYWAY_SKIP_DEFAULT_RESOLVERS", "SQL migrations are always read"),
      idle("loggers", .list, variable: "FLYWAY_LOGGERS", "logs go to the standard error"),
      idle("stream", .bool, variable: "FLYWAY_STREAM", "memory is bounded anyway"),
      idle("batch", .bool, variable: "FLYWAY_BATCH", "every statement is sent on its own"),
      idle("reportEnabled", .bool, variable: nil, "no report file is written; --output json holds everything"),
      idle(
        "reportFilename", .text, variable: "FLYWAY_REPORT_FILENAME",
        "no report file is written; --output json holds everything"),
      idle("outputProgress", .bool, variable: nil, "progress is shown on a terminal"),
      idle("outputLogsInJson", .bool, variable: nil, "logs are lines of text on the standard error"),
      idle("outputFile", .text, variable: nil, in: .argumentOnly, "redirect the standard output instead"),
      idle(
        "communityDBSupportEnabled", .bool, variable: "FLYWAY_COMMUNITY_DB_SUPPORT_DISABLED",
        "PostgreSQL and Citus are all there is"),
      idle("communityFallback", .bool, variable: nil, in: .argumentOnly, "there are no editions"),
      idle("skipCheckForUpdate", .bool, variable: nil, in: .argumentOnly, "nothing is looked up"),
      idle("failOnMissingTarget", .bool, variable: nil, "write the target with ? if it need not exist"),
      idle("configurations", .text, variable: nil, "there is no Gradle"),
      idle(
        "postgresql.transactional.lock", .bool, variable: "FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK",
        "the lock is always the session's, as with false, so that CREATE INDEX CONCURRENTLY cannot wait for it"),
      idle("displayName", .text, variable: nil, in: [.environmentTable], "environments are shown by their names"),
      idle("provisioner", .text, variable: nil, in: [.environmentTable], "environments are not provisioned"),
    ]
    + [
      "oracle", "sqlserver", "clickhouse", "db2z", "mongodb", "add", "init", "deploy", "migrate", "plugins",
      "propertyResolvers",
    ]
    .map { idle($0, .map, variable: nil, "PostgreSQL and its own commands are all there is") }

  private static func sells(
    _ name: String, _ kind: Kind, variable: String?, in places: Places = .anywhere, _ why: String
  ) -> SettingsKey {
    SettingsKey(
      name, kind, variable: variable, in: places, status: .paid("Flyway sells it; it is passed over: \(why)"), help: why
    )
  }

  private static func idle(
    _ name: String, _ kind: Kind, variable: String?, in places: Places = .anywhere, _ why: String
  ) -> SettingsKey {
    SettingsKey(
      name, kind, variable: variable, in: places, status: .irrelevant("it has no meaning here: \(why)"), help: why)
  }
}
