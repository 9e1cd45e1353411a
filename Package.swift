// swift-tools-version: 6.2
import PackageDescription

// Targets stand in layers, lowest first; a target imports only what stands below it.
// Tests/ArchitectureTests compares this file with a literal table: change both in one commit, and say why in docs/adr.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .treatAllWarnings(as: .error),
]

// Nothing is loaded into the program that would need its symbols; equal functions are one, and the many addresses that are
// set right at the start take a byte or less each (`DT_RELR`, glibc 2.36). docs/performance.md has the figures.
let releaseLinking = [
  "-use-ld=lld", "-Xlinker", "--icf=safe", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker",
  "pack-relative-relocs",
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let hummingbird: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
  name: "whimbrel",
  products: [
    .executable(name: "whimbrel", targets: ["whimbrel"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.3.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // MARK: C
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    // The one C++ file: toml++ is a header (Debian's libtomlplusplus-dev), and this puts a C border before it.
    .target(name: "CTOML"),

    // MARK: Wrappers
    .target(name: "Support", swiftSettings: settings),
    .target(name: "Postgres", dependencies: ["CLibPQ", "Support"], swiftSettings: settings),
    .target(name: "HTTP", dependencies: ["CLibCurl", "Support"], swiftSettings: settings),
    .target(name: "YAML", dependencies: ["CLibYAML", "Support"], swiftSettings: settings),
    .target(name: "TOML", dependencies: ["CTOML"], swiftSettings: settings),
    .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: settings),
    .target(name: "Digest", dependencies: ["CLibCrypto"], swiftSettings: settings),
    .target(name: "Telemetry", dependencies: ["Support"], swiftSettings: settings),

    // MARK: Domain, pure
    .target(name: "MigrationCore", dependencies: ["Digest", "Support"], swiftSettings: settings),

    .target(name: "Promotion", dependencies: ["MigrationCore", "Support"], swiftSettings: settings),
    .target(name: "MigrationLint", dependencies: ["MigrationCore", "Support"], swiftSettings: settings),

    // MARK: Domain, input and output
    .target(
      name: "Kubernetes", dependencies: ["HTTP", "YAML", "Support", logging, subprocess], swiftSettings: settings),
    .target(
      name: "FlywaySettings", dependencies: ["MigrationCore", "Postgres", "TOML", "Support"], swiftSettings: settings),
    .target(
      name: "MigrationSources",
      dependencies: [
        "FlywaySettings", "MigrationCore", "Kubernetes", "HTTP", "Gzip", "Digest", "Support", subprocess,
      ],
      swiftSettings: settings),
    .target(
      name: "MigrationEngine", dependencies: ["MigrationCore", "Postgres", "Support", logging], swiftSettings: settings),

    // MARK: Behaviour
    .target(
      name: "Operations",
      dependencies: ["Digest", "Support", hummingbird, httpTypes, logging, nioCore, nioPosix, serviceLifecycle],
      swiftSettings: settings),
    .target(
      name: "Controller",
      dependencies: [
        "MigrationEngine", "MigrationLint", "MigrationSources", "Kubernetes", "HTTP", "Promotion", "MigrationCore",
        "Postgres", "Support", "Telemetry", heap, logging, serviceLifecycle,
      ],
      swiftSettings: settings),

    .target(
      name: "Dashboard", dependencies: ["Controller", "Kubernetes", "Support"],
      resources: [.embedInCode("Assets")], swiftSettings: settings),

    // MARK: Process
    .target(
      name: "Commands",
      dependencies: [
        "Controller", "Dashboard", "Operations", "MigrationEngine", "MigrationLint", "MigrationSources",
        "FlywaySettings",
        "Kubernetes", "HTTP", "Postgres", "MigrationCore", "Support", "Telemetry", "YAML", argumentParser, logging,
        serviceLifecycle, subprocess,
        unixSignals,
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "whimbrel", dependencies: ["Commands"], swiftSettings: settings,
      linkerSettings: [.unsafeFlags(releaseLinking, .when(configuration: .release))]),

    // MARK: Tests
    .target(
      name: "TestSupport", dependencies: ["Postgres", "Support", subprocess], path: "Tests/TestSupport",
      swiftSettings: settings),
    .target(
      name: "Reliability", dependencies: ["Postgres", "Support", "TestSupport"], path: "Tests/Reliability",
      swiftSettings: settings),
    .executableTarget(
      name: "Chaos", dependencies: ["Reliability", "Support", "TestSupport", argumentParser, unixSignals],
      path: "Tests/Chaos",
      swiftSettings: settings),
    .testTarget(name: "SupportTests", dependencies: ["Support", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "PostgresTests", dependencies: ["Postgres", "Support", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "Support", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "YAMLTests", dependencies: ["YAML"], swiftSettings: settings),
    .testTarget(name: "TOMLTests", dependencies: ["TOML"], swiftSettings: settings),
    .testTarget(name: "GzipTests", dependencies: ["Gzip", "TestSupport", subprocess], swiftSettings: settings),
    .testTarget(name: "DigestTests", dependencies: ["Digest"], swiftSettings: settings),
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"], swiftSettings: settings),
    .testTarget(name: "MigrationCoreTests", dependencies: ["MigrationCore", "Support"], swiftSettings: settings),
    .testTarget(
      name: "MigrationLintTests", dependencies: ["MigrationLint", "MigrationCore"],
      exclude: ["Comparison", "Differential"], swiftSettings: settings),
    .testTarget(
      name: "PromotionTests", dependencies: ["Promotion", "MigrationCore", "Support"], swiftSettings: settings),
    .testTarget(
      name: "KubernetesTests", dependencies: ["Kubernetes", "HTTP", "YAML", "Support", "TestSupport", logging],
      swiftSettings: settings),
    .testTarget(
      name: "FlywaySettingsTests", dependencies: ["FlywaySettings", "MigrationCore", "Postgres", "TOML", "Support"],
      swiftSettings: settings),
    .testTarget(
      name: "MigrationSourcesTests",
      dependencies: [
        "MigrationSources", "FlywaySettings", "MigrationCore", "Kubernetes", "HTTP", "Support", "TestSupport",
        subprocess,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "MigrationEngineTests",
      dependencies: ["MigrationEngine", "MigrationCore", "Postgres", "Support", "TestSupport", logging],
      swiftSettings: settings),
    .testTarget(
      name: "ControllerTests",
      dependencies: [
        "Controller", "FlywaySettings", "HTTP", "Kubernetes", "MigrationEngine", "MigrationLint", "MigrationSources",
        "MigrationCore", "Postgres", "Promotion", "Support", "Telemetry", "TestSupport", "YAML", logging, subprocess,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "OperationsTests",
      dependencies: ["Operations", "HTTP", "Support", "TestSupport", logging, serviceLifecycle, subprocess],
      swiftSettings: settings),
    .testTarget(
      name: "DashboardTests", dependencies: ["Dashboard", "Controller", "Kubernetes"], swiftSettings: settings),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands", "Controller", "Operations", "FlywaySettings", "Kubernetes", "MigrationEngine", "MigrationLint",
        "MigrationCore",
        "Postgres", "Support", "Telemetry", "TestSupport", "YAML", argumentParser, logging, subprocess,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "FlywayTests",
      dependencies: [
        "FlywaySettings", "MigrationEngine", "MigrationSources", "MigrationCore", "Postgres", "Support", "TestSupport",
        logging, subprocess,
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(name: "DistributionTests", dependencies: ["TestSupport", "YAML"], swiftSettings: settings),
    .testTarget(name: "ArchitectureTests", dependencies: [subprocess], swiftSettings: settings),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "Controller", "HTTP", "Kubernetes", "MigrationCore", "MigrationLint", "Postgres", "Promotion", "Reliability",
        "Support",
        "TestSupport", logging, subprocess,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ReliabilityTests", dependencies: ["Reliability", "Postgres", "TestSupport"], swiftSettings: settings),
  ],
  cxxLanguageStandard: .cxx17
)
