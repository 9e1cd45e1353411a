/// What a user declares in a `CitusMigration`; every field that has a default in the schema may be absent here.
package struct CitusMigrationSpec: Codable, Sendable, Equatable {
  package var migrations: MigrationsSpec
  package var cluster: ClusterSpec
  package var flyway: FlywaySpec?
  package var execution: ExecutionSpec?
  package var promotion: PromotionSpec?
  package var webhook: WebhookSpec?
  package var drift: DriftSpec?
  package var lint: LintSpec?
  package var plan: PlanSpec?
  package var suspend: Bool?
  package var interval: String?
  package var retryInterval: String?
  package var timeout: String?

  /// Makes a spec from a source and a target; everything else keeps its default.
  package init(migrations: MigrationsSpec, cluster: ClusterSpec) {
    self.migrations = migrations
    self.cluster = cluster
  }
}

/// Where the migrations come from: exactly one member is set.
package struct MigrationsSpec: Codable, Sendable, Equatable {
  package var configMap: ConfigMapSpec?
  package var directory: DirectorySpec?
  package var git: GitSpec?
  package var fluxSource: FluxSourceSpec?

  /// ConfigMaps of the resource's own namespace: by name or by label, not both.
  package struct ConfigMapSpec: Codable, Sendable, Equatable {
    package var names: [String]?
    package var selector: LabelSelectorSpec?
  }

  /// Labels that an object must carry.
  package struct LabelSelectorSpec: Codable, Sendable, Equatable {
    package var matchLabels: [String: String]
  }

  /// A directory below the controller's migrations root.
  package struct DirectorySpec: Codable, Sendable, Equatable {
    package var path: String
  }

  /// Makes a source.
  package init(
    configMap: ConfigMapSpec? = nil, directory: DirectorySpec? = nil, git: GitSpec? = nil,
    fluxSource: FluxSourceSpec? = nil
  ) {
    self.configMap = configMap
    self.directory = directory
    self.git = git
    self.fluxSource = fluxSource
  }
}

/// One connection field: the value itself, or a key of a Secret in the resource's own namespace.
package struct ValueSpec: Codable, Sendable, Equatable {
  package var value: String?
  package var secretKeyRef: SecretKeySpec?

  /// A key of a Secret.
  package struct SecretKeySpec: Codable, Sendable, Equatable {
    package var name: String
    package var key: String
  }

  /// Makes a field.
  package init(value: String? = nil, secretKeyRef: SecretKeySpec? = nil) {
    self.value = value
    self.secretKeyRef = secretKeyRef
  }
}

/// The coordinator to connect to and the workers that must be there first.
package struct ClusterSpec: Codable, Sendable, Equatable {
  package var uri: ValueSpec?
  package var host: ValueSpec?
  package var port: ValueSpec?
  package var database: ValueSpec?
  package var username: ValueSpec?
  package var password: ValueSpec?
  package var tls: TLSSpec?
  package var workers: WorkersSpec
  package var readinessTimeout: String?

  /// How the connection is protected; `mode` is one of libpq's sslmode values, `verify-full` if absent.
  package struct TLSSpec: Codable, Sendable, Equatable {
    package var mode: String?
    package var ca: ValueSpec?
    package var certificate: ValueSpec?
    package var key: ValueSpec?
  }

  /// How many worker groups must be active; `match` is `Exact` (default) or `AtLeast`.
  package struct WorkersSpec: Codable, Sendable, Equatable {
    package var expected: Int
    package var match: String?
  }

  /// Makes a cluster that expects a number of workers.
  package init(workers: WorkersSpec) {
    self.workers = workers
  }

  /// Every field that may refer to a Secret, with its path for messages.
  package var values: [(path: String, value: ValueSpec)] {
    let fields: [(String, ValueSpec?)] = [
      ("uri", uri), ("host", host), ("port", port), ("database", database), ("username", username),
      ("password", password), ("tls.ca", tls?.ca), ("tls.certificate", tls?.certificate), ("tls.key", tls?.key),
    ]
    return fields.compactMap { path, value in value.map { ("spec.cluster.\(path)", $0) } }
  }
}

/// Flyway's own settings by Flyway's names; absent means Flyway's default.
package struct FlywaySpec: Codable, Sendable, Equatable {
  // The history.
  package var table: String?
  package var tablespace: String?
  package var schemas: [String]?
  package var defaultSchema: String?
  package var createSchemas: Bool?
  package var installedBy: String?
  // The scripts.
  package var sqlMigrationPrefix: String?
  package var repeatableSqlMigrationPrefix: String?
  package var baselineMigrationPrefix: String?
  package var undoSqlMigrationPrefix: String?
  package var sqlMigrationSeparator: String?
  package var sqlMigrationSuffixes: [String]?
  package var validateMigrationNaming: Bool?
  package var encoding: String?
  package var placeholders: [String: String]?
  package var placeholderReplacement: Bool?
  package var placeholderPrefix: String?
  package var placeholderSuffix: String?
  package var placeholderSeparator: String?
  // What runs.
  package var target: String?
  package var cherryPick: [String]?
  package var outOfOrder: Bool?
  package var validateOnMigrate: Bool?
  package var ignoreMigrationPatterns: [String]?
  package var skipDefaultCallbacks: Bool?
  package var skipExecutingMigrations: Bool?
  package var group: Bool?
  package var mixed: Bool?
  package var executeInTransaction: Bool?
  package var initSql: String?
  package var baselineOnMigrate: Bool?
  package var baselineVersion: String?
  package var baselineDescription: String?
}

/// How statements are run; durations as `30s`, `multiShardMode` is `Auto`, `Sequential` or `Parallel`.
package struct ExecutionSpec: Codable, Sendable, Equatable {
  package var lockTimeout: String?
  package var statementTimeout: String?
  package var lockRetries: Int?
  package var multiShardMode: String?
}
