// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that building and testing the project never sees it: `Fuzzing/run` builds it with libFuzzer.
// The modules under test and the properties are links to the project's own folders.

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

let package = Package(
  name: "whimbrel-fuzzing",
  // A library: the entry point is libFuzzer's, and SwiftPM wants that of an executable for itself.
  products: [.library(name: "Fuzz", type: .static, targets: ["Fuzz"])],
  dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
  targets: [
    .target(name: "Support", swiftSettings: settings),
    .target(
      name: "MigrationCore", dependencies: ["Support", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: settings),
    .target(name: "MigrationLint", dependencies: ["MigrationCore"], swiftSettings: settings),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "CTOML"),
    .target(name: "Postgres", dependencies: ["CLibPQ", "Support"], swiftSettings: settings),
    .target(name: "TOML", dependencies: ["CTOML"], swiftSettings: settings),
    .target(
      name: "FlywaySettings", dependencies: ["MigrationCore", "Postgres", "TOML", "Support"], swiftSettings: settings),
    .target(
      name: "Fuzz", dependencies: ["FlywaySettings", "TOML", "MigrationLint", "MigrationCore", "Support"],
      swiftSettings: settings),
  ],
  cxxLanguageStandard: .cxx17
)
