/// Who may use whom, in layers: the literal table that `Package.swift` and every import are compared with.
///
/// To change it, change `Package.swift` in the same commit and say why in `docs/adr`.
enum LayerTable {
  struct Row: Sendable {
    let target: String
    /// A target uses only targets of lower layers.
    let layer: Int
    /// Targets of this package.
    let targets: Set<String>
    /// Products of other packages.
    let products: Set<String>
    /// Modules of the toolchain.
    let toolchain: Set<String>

    init(
      _ target: String, layer: Int, targets: Set<String> = [], products: Set<String> = [], toolchain: Set<String> = []
    ) {
      self.target = target
      self.layer = layer
      self.targets = targets
      self.products = products
      self.toolchain = toolchain
    }
  }

  static let rows: [Row] = [
    // C
    Row("CLibPQ", layer: 0),
    Row("CLibCurl", layer: 0),
    Row("CLibYAML", layer: 0),
    Row("CTOML", layer: 0),
    Row("CZlib", layer: 0),
    Row("CLibCrypto", layer: 0),
    // Wrappers
    Row("Support", layer: 1, toolchain: ["Glibc", "Synchronization"]),
    Row("Postgres", layer: 2, targets: ["CLibPQ", "Support"], toolchain: ["Glibc"]),
    Row("HTTP", layer: 2, targets: ["CLibCurl", "Support"], toolchain: ["Glibc"]),
    Row("YAML", layer: 2, targets: ["CLibYAML", "Support"]),
    Row("TOML", layer: 2, targets: ["CTOML"]),
    Row("Gzip", layer: 2, targets: ["CZlib"]),
    Row("Digest", layer: 2, targets: ["CLibCrypto"]),
    Row("Telemetry", layer: 2, targets: ["Support"], toolchain: ["Glibc"]),
    // Domain, pure: nothing but the digest and the decoding of characters
    Row("MigrationCore", layer: 3, targets: ["Digest", "Support"]),
    Row("Promotion", layer: 4, targets: ["MigrationCore", "Support"]),
    Row("MigrationLint", layer: 4, targets: ["MigrationCore", "Support"]),
    // Domain, input and output
    Row(
      "Kubernetes", layer: 4, targets: ["HTTP", "YAML", "Support"], products: ["Logging", "Subprocess"],
      toolchain: ["FoundationEssentials", "Glibc"]),
    Row("FlywaySettings", layer: 4, targets: ["MigrationCore", "Postgres", "TOML", "Support"]),
    Row(
      "MigrationSources", layer: 5,
      targets: ["FlywaySettings", "MigrationCore", "Kubernetes", "HTTP", "Gzip", "Digest", "Support"],
      products: ["Subprocess"], toolchain: ["Glibc"]),
    Row("MigrationEngine", layer: 4, targets: ["MigrationCore", "Postgres", "Support"], products: ["Logging"]),
    // Behaviour
    Row(
      "Operations", layer: 6, targets: ["Digest", "Support"],
      products: ["HTTPTypes", "HummingbirdCore", "Logging", "NIOCore", "NIOPosix", "ServiceLifecycle"],
      toolchain: ["Glibc"]),
    Row(
      "Controller", layer: 6,
      targets: [
        "MigrationEngine", "MigrationLint", "MigrationSources", "Kubernetes", "HTTP", "Promotion", "MigrationCore",
        "Postgres", "Support", "Telemetry",
      ],
      products: ["HeapModule", "Logging", "ServiceLifecycle"], toolchain: ["FoundationEssentials"]),
    Row(
      "Dashboard", layer: 7, targets: ["Controller", "Kubernetes", "Support"], toolchain: ["FoundationEssentials"]),
    // Process
    Row(
      "Commands", layer: 8,
      targets: [
        "Controller", "Dashboard", "Operations", "MigrationEngine", "MigrationLint", "MigrationSources",
        "FlywaySettings",
        "Kubernetes", "HTTP", "Postgres", "MigrationCore", "Support", "Telemetry", "YAML",
      ],
      products: ["ArgumentParser", "Logging", "ServiceLifecycle", "Subprocess", "UnixSignals"], toolchain: ["Glibc"]),
    Row("whimbrel", layer: 9, targets: ["Commands"]),
  ]

  /// The C modules and the only target that may import each.
  static let wrappers = [
    "CLibPQ": "Postgres", "CLibCurl": "HTTP", "CLibYAML": "YAML", "CTOML": "TOML", "CZlib": "Gzip",
    "CLibCrypto": "Digest",
  ]

  /// Files that start tasks of their own, and why a task group does not serve there.
  static let unstructuredTasks: [String: String] = [
    "Sources/Kubernetes/Lease/LeaseLock+Hold.swift":
      "renewal outlives the cancellation of the work that it guards, and the release must run although it is cancelled",
    "Sources/Kubernetes/Events/EventRecorder+Delivery.swift":
      "what is queued when the recorder is cancelled is still to be written, for two seconds",
    "Sources/Kubernetes/Exec/ExecCredentials.swift":
      "one run of a plugin serves all requests that wait for it, also when the one that began it is cancelled",
    "Sources/Commands/Programs/ProgramRunner.swift":
      "what a program writes while it ends must be read although the run is cancelled, or it dies of SIGPIPE",
    "Sources/MigrationEngine/Scratch/ScratchRun.swift":
      "the scratch database is dropped although the rehearsal in it was cancelled",
  ]
}
