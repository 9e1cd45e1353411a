package import Support

/// Flyway's settings as far as they decide what is a migration and what is to be done, under Flyway's names.
package struct MigrationSettings: Sendable, Hashable {
  /// Prefixes, separator and suffixes of file names.
  package var naming = MigrationNaming.flyway
  /// A file name that follows no convention blocks; otherwise it is a warning.
  package var validateMigrationNaming = false

  /// What the files are written in, unless their `.conf` says otherwise.
  package var encoding = CharacterEncoding.utf8
  /// Whether the encoding of each file is guessed from its bytes, as Flyway does it; `.conf` files are not.
  package var detectEncoding = false

  /// `placeholders.<name>`.
  package var placeholders: [String: String] = [:]
  /// What only the caller knows of Flyway's own placeholders, without the prefix `flyway:` (`user`, `database`,
  /// `timestamp`, `workingDirectory`, `environment`); schema, table and file name are known here.
  package var builtInPlaceholders: [String: String] = [:]
  /// Whether placeholders are replaced at all.
  package var placeholderReplacement = true
  /// Before a placeholder's name.
  package var placeholderPrefix = "${"
  /// Behind a placeholder's name.
  package var placeholderSuffix = "}"
  /// Between `flyway` and the name of a built-in placeholder.
  package var placeholderSeparator = ":"

  /// Whether programs in the place of migrations and callbacks (`V1__x.sh`) are run, as Flyway does, or are problems.
  ///
  /// Only ever true for files of the one who starts the run: not for what comes out of a resource.
  package var runsPrograms = false
  /// Before a placeholder's name in a variable of a program.
  package var scriptPlaceholderPrefix = "FP__"
  /// Behind a placeholder's name in a variable of a program.
  package var scriptPlaceholderSuffix = "__"
  /// What runs `.ps1` files; nil takes `pwsh`.
  package var powershellExecutable: String?

  /// How far to migrate.
  package var target = MigrationTarget.latest
  /// Whether versions below the highest applied one still run.
  package var outOfOrder = false
  /// Whether the history is checked against the files before anything runs.
  package var validateOnMigrate = true
  /// States that validation passes over.
  package var ignoreMigrationPatterns = [IgnorePattern(.any, .future)]
  /// Whether a filled schema without history gets a baseline row instead of an error.
  package var baselineOnMigrate = false
  /// Of the baseline row, as written.
  package var baselineVersion = "1"
  /// Of the baseline row.
  package var baselineDescription = "<< Flyway Baseline >>"

  /// All pending migrations in one transaction.
  package var group = false
  /// Whether one script may hold transactional and non-transactional statements; it then runs without a transaction.
  package var mixed = false
  /// False runs every migration without a transaction.
  package var executeInTransaction = true

  /// Writes the rows of pending migrations and runs nothing of them.
  package var skipExecutingMigrations = false
  /// Passes over all SQL callbacks.
  package var skipDefaultCallbacks = false
  /// The only migrations to consider, in the order in which they are to run; empty for all.
  package var cherryPick: [CherryPick] = []
  /// Keeps `clean` from running.
  package var cleanDisabled = true
  /// SQL that is run on each new connection.
  package var initSql: String?
  /// Whether results of queries in scripts are shown.
  package var outputQueryResults = true

  /// The history table's name.
  package var table = "flyway_schema_history"
  /// The tablespace of the history table; nil leaves it to the server.
  package var tablespace: String?
  /// The schemas that are managed; the first one holds the history table unless `defaultSchema` says otherwise.
  package var schemas: [String] = []
  /// The schema of the history table and of unqualified names.
  package var defaultSchema: String?
  /// Whether configured schemas that do not exist are created.
  package var createSchemas = true
  /// What the history records as the one who applied; nil takes the database user.
  package var installedBy: String?
  /// How much one script may be.
  package var limits = SQLLimits.standard

  /// Flyway's defaults.
  package init() {}

  /// The schema of the history table, if the settings say so; else the session's current one.
  package var historySchema: String? { defaultSchema ?? schemas.first }

  /// All placeholders of one script.
  func placeholders(forScript path: String) -> Placeholders {
    Placeholders(placeholderValues(forScript: path), prefix: placeholderPrefix, suffix: placeholderSuffix)
  }

  /// All placeholders of one program, as they stand in its text: only its checksum depends on it.
  func scriptPlaceholders(forScript path: String) -> Placeholders {
    Placeholders(placeholderValues(forScript: path), prefix: scriptPlaceholderPrefix, suffix: scriptPlaceholderSuffix)
  }

  /// The values of all placeholders of one script, by name.
  func placeholderValues(forScript path: String) -> [String: String] {
    let mark = "flyway" + placeholderSeparator
    var values = placeholders
    for (name, value) in builtInPlaceholders { values[mark + name] = value }
    values[mark + "filename"] = path.split(separator: "/").last.map(String.init) ?? path
    values[mark + "table"] = table
    if let historySchema { values[mark + "defaultSchema"] = historySchema }
    return values
  }
}
