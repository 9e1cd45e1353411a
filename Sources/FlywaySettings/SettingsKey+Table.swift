extension SettingsKey {
  /// Every setting that is known, in the order in which help shows them.
  package static let all: [SettingsKey] =
    connection + files + scripts + placeholders + running + history + output + commandLine + own + sold + unneeded

  private static let connection: [SettingsKey] = [
    SettingsKey(
      "url", variable: "FLYWAY_URL", in: .connection,
      help: "The database: jdbc:postgresql://host:port/database, postgresql://... or key=value pairs as libpq has them"),
    SettingsKey("user", variable: "FLYWAY_USER", in: .connection, help: "The role to log in as"),
    SettingsKey("password", variable: "FLYWAY_PASSWORD", in: .connection, help: "Its password"),
    SettingsKey(
      "jdbcProperties", .map, variable: "FLYWAY_JDBC_PROPERTIES_", in: .connection,
      help: "Options of the connection under the names of pgjdbc, such as jdbcProperties.sslmode"),
    SettingsKey(
      "connectRetries", .int, default: "0", variable: "FLYWAY_CONNECT_RETRIES", in: .connection,
      help: "How often a connection that fails is tried again, first after 1 s, then after twice as long each time"),
    SettingsKey(
      "connectRetriesInterval", .int, default: "120", variable: "FLYWAY_CONNECT_RETRIES_INTERVAL", in: .connection,
      help: "The longest wait between two tries to connect, in seconds"),
    SettingsKey(
      "initSql", variable: "FLYWAY_INIT_SQL", in: .connection, help: "Statements to run on every new connection"),
    SettingsKey(
      "schemas", .list, variable: "FLYWAY_SCHEMAS", in: .connection,
      help: "The schemas that are managed; the first one is the default schema unless that is set"),
    SettingsKey(
      "environment", .text, default: "default", variable: "flyway_environment", in: [.argument, .toml],
      help: "Which table [environments.<name>] of flyway.toml counts"),
  ]

  private static let files: [SettingsKey] = [
    SettingsKey(
      "configFiles", .list, variable: "FLYWAY_CONFIG_FILES", in: .argumentOnly,
      help: "Files to read settings from, besides those that are found; - is the standard input"),
    SettingsKey(
      "configFileEncoding", .text, default: "UTF-8", variable: "FLYWAY_CONFIG_FILE_ENCODING", in: .argumentOnly,
      help: "The encoding of .conf files; only UTF-8 and ISO-8859-1 are known"),
    SettingsKey(
      "workingDirectory", .text, in: .argumentOnly,
      help: "The folder that relative paths begin at, and settings are found in"),
    SettingsKey(
      "locations", .list, default: "filesystem:sql", variable: "FLYWAY_LOCATIONS",
      help: "Folders with scripts, searched with all folders below; wildcards are **, * and ?"),
    SettingsKey(
      "callbackLocations", .list, variable: "FLYWAY_CALLBACK_LOCATIONS",
      help: "Folders with callbacks, if they are not those with the migrations"),
    SettingsKey(
      "failOnMissingLocations", .bool, default: "false", variable: "FLYWAY_FAIL_ON_MISSING_LOCATIONS",
      help: "Whether a location that is not there is an error"),
  ]

  private static let scripts: [SettingsKey] = [
    SettingsKey(
      "sqlMigrationPrefix", .text, default: "V", variable: "FLYWAY_SQL_MIGRATION_PREFIX",
      help: "Before the version in the name of a versioned migration"),
    SettingsKey(
      "repeatableSqlMigrationPrefix", .text, default: "R", variable: "FLYWAY_REPEATABLE_SQL_MIGRATION_PREFIX",
      help: "Before the name of a repeatable migration"),
    SettingsKey(
      "baselineMigrationPrefix", .text, default: "B", variable: "FLYWAY_BASELINE_MIGRATION_PREFIX",
      help: "Before the version in the name of a baseline migration"),
    SettingsKey(
      "undoSqlMigrationPrefix", .text, default: "U", variable: "FLYWAY_UNDO_SQL_MIGRATION_PREFIX",
      status: .paid("Flyway sells undo; here it works"), help: "Before the version in the name of an undo script"),
    SettingsKey(
      "sqlMigrationSeparator", .text, default: "__", variable: "FLYWAY_SQL_MIGRATION_SEPARATOR",
      help: "Between version and description"),
    SettingsKey(
      "sqlMigrationSuffixes", .list, default: ".sql", variable: "FLYWAY_SQL_MIGRATION_SUFFIXES",
      help: "The endings of SQL files"),
    SettingsKey("encoding", .text, default: "UTF-8", variable: "FLYWAY_ENCODING", help: "The encoding of the scripts"),
    SettingsKey(
      "detectEncoding", .bool, default: "false", variable: "FLYWAY_DETECT_ENCODING",
      help: "Whether the encoding of each script is found out by its byte order mark"),
    SettingsKey(
      "validateMigrationNaming", .bool, default: "false", variable: "FLYWAY_VALIDATE_MIGRATION_NAMING",
      help: "Whether a SQL file whose name follows no convention is an error"),
  ]

  private static let placeholders: [SettingsKey] = [
    SettingsKey(
      "placeholders", .map, variable: "FLYWAY_PLACEHOLDERS_",
      help: "Values of placeholders: placeholders.tenant=7 replaces ${tenant}"),
    SettingsKey(
      "placeholderReplacement", .bool, default: "true", variable: "FLYWAY_PLACEHOLDER_REPLACEMENT",
      help: "Whether placeholders are replaced"),
    SettingsKey(
      "placeholderPrefix", .text, default: "${", variable: "FLYWAY_PLACEHOLDER_PREFIX",
      help: "Before a placeholder's name"),
    SettingsKey(
      "placeholderSuffix", .text, default: "}", variable: "FLYWAY_PLACEHOLDER_SUFFIX",
      help: "Behind a placeholder's name"),
    SettingsKey(
      "placeholderSeparator", .text, default: ":", variable: "FLYWAY_PLACEHOLDER_SEPARATOR",
      help: "Between flyway and the name of a built-in placeholder"),
    SettingsKey(
      "scriptPlaceholderPrefix", .text, default: "FP__", variable: "FLYWAY_SCRIPT_PLACEHOLDER_PREFIX",
      help: "Before a placeholder's name in the variable that a program gets"),
    SettingsKey(
      "scriptPlaceholderSuffix", .text, default: "__", variable: "FLYWAY_SCRIPT_PLACEHOLDER_SUFFIX",
      help: "Behind a placeholder's name in the variable that a program gets"),
    SettingsKey(
      "powershellExecutable", .text, variable: "FLYWAY_POWERSHELL_EXECUTABLE",
      help: "What runs .ps1 programs: pwsh, where nothing is set, or powershell"),
  ]

  private static let running: [SettingsKey] = [
    SettingsKey(
      "target", .text, default: "latest", variable: "FLYWAY_TARGET",
      help: "How far to go: a version, a version with ? if it need not exist, latest, next or current"),
    SettingsKey(
      "cherryPick", .list, variable: "FLYWAY_CHERRY_PICK", status: .paid("Flyway sells it; here it works"),
      help: "Only these versions and descriptions, in this order"),
    SettingsKey(
      "outOfOrder", .bool, default: "false", variable: "FLYWAY_OUT_OF_ORDER",
      help: "Whether versions below the highest applied one still run"),
    SettingsKey(
      "validateOnMigrate", .bool, default: "true", variable: "FLYWAY_VALIDATE_ON_MIGRATE",
      help: "Whether migrate validates first"),
    SettingsKey(
      "ignoreMigrationPatterns", .list, default: "*:future", variable: "FLYWAY_IGNORE_MIGRATION_PATTERNS",
      help: "What validate and repair pass over: type:state with type *, versioned or repeatable"),
    SettingsKey(
      "group", .bool, default: "false", variable: "FLYWAY_GROUP", help: "All pending migrations in one transaction"),
    SettingsKey(
      "mixed", .bool, default: "false", variable: "FLYWAY_MIXED",
      help: "Whether a script may mix statements that need a transaction with those that refuse one"),
    SettingsKey(
      "executeInTransaction", .bool, default: "true", variable: "FLYWAY_EXECUTE_IN_TRANSACTION",
      help: "Whether migrations run in transactions"),
    SettingsKey(
      "skipExecutingMigrations", .bool, default: "false", variable: "FLYWAY_SKIP_EXECUTING_MIGRATIONS",
      help: "Record migrations as applied without running them"),
    SettingsKey(
      "skipDefaultCallbacks", .bool, default: "false", variable: "FLYWAY_SKIP_DEFAULT_CALLBACKS",
      help: "Whether SQL callbacks are passed over"),
    SettingsKey(
      "lockRetryCount", .int, default: "50", variable: "FLYWAY_LOCK_RETRY_COUNT",
      help: "How often, once a second, the lock that another run holds is tried again; -1 for ever"),
    SettingsKey(
      "outputQueryResults", .bool, default: "true", variable: "FLYWAY_OUTPUT_QUERY_RESULTS",
      help: "Whether the rows that migrations select are shown"),
    SettingsKey(
      "cleanDisabled", .bool, default: "true", variable: "FLYWAY_CLEAN_DISABLED", help: "Whether clean is refused"),
  ]

  private static let history: [SettingsKey] = [
    SettingsKey(
      "table", .text, default: "flyway_schema_history", variable: "FLYWAY_TABLE", help: "The name of the history table"),
    SettingsKey("tablespace", variable: "FLYWAY_TABLESPACE", help: "The tablespace of the history table"),
    SettingsKey(
      "defaultSchema", variable: "FLYWAY_DEFAULT_SCHEMA",
      help: "The schema of the history table and of unqualified names"),
    SettingsKey(
      "createSchemas", .bool, default: "true", variable: "FLYWAY_CREATE_SCHEMAS",
      help: "Whether schemas that do not exist are created"),
    SettingsKey(
      "installedBy", variable: "FLYWAY_INSTALLED_BY", help: "Who the history names; the database user if it is not set"),
    SettingsKey(
      "baselineOnMigrate", .bool, default: "false", variable: "FLYWAY_BASELINE_ON_MIGRATE",
      help: "Whether migrate sets a baseline in a filled schema without history"),
    SettingsKey(
      "baselineVersion", .text, default: "1", variable: "FLYWAY_BASELINE_VERSION", help: "The version of the baseline"),
    SettingsKey(
      "baselineDescription", .text, default: "<< Flyway Baseline >>", variable: "FLYWAY_BASELINE_DESCRIPTION",
      help: "The description of the baseline"),
  ]
}
