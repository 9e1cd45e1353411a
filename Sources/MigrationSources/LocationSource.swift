package import FlywaySettings
internal import MigrationCore
internal import Support

/// The scripts of Flyway's settings `locations` and `callbackLocations`: the user's own file system, without a root that
/// must not be left.
package struct LocationSource: Sendable {
  private let locations: [Location]
  private let callbackLocations: [Location]?
  private let failOnMissing: Bool
  private let workingDirectory: String
  private let limits: SourceLimits

  /// Names the locations; nothing is read yet.
  /// - Parameter workingDirectory: what paths in messages are relative to.
  package init(
    locations: [Location], callbackLocations: [Location]? = nil, failOnMissing: Bool = false,
    workingDirectory: String, limits: SourceLimits = .local
  ) {
    self.locations = locations
    self.callbackLocations = callbackLocations
    self.failOnMissing = failOnMissing
    self.workingDirectory = workingDirectory
    self.limits = limits
  }

  /// Reads all scripts, on a thread of its own, and says what was passed over.
  ///
  /// Read are files with one of the suffixes, their `.conf` files, and what Flyway would run as a program. Directories
  /// whose name starts with a dot are skipped, symbolic links are followed, and one that leads back is not followed
  /// twice. Of locations that are named twice, or that lie in another one, one is read (`Locations.java`).
  /// - Throws: `notFound` for a location that is not there, if that shall be an error; `unavailable` for what cannot be
  ///   read; `tooLarge` beyond the limits.
  package func snapshot(
    reading suffixes: [String]
  ) async throws(SourceError) -> (snapshot: SourceSnapshot, warnings: [String]) {
    let source = self
    return try await BlockingWork.run { () throws(SourceError) in try source.read(suffixes) }
  }

  private func read(_ suffixes: [String]) throws(SourceError) -> (snapshot: SourceSnapshot, warnings: [String]) {
    var scan = LocationScan(suffixes: suffixes, workingDirectory: workingDirectory, limits: limits)
    try read(locations, callbackLocations == nil ? .any : .migrations, &scan)
    try read(callbackLocations ?? [], .callbacks, &scan)
    let texts = (locations + (callbackLocations ?? [])).map(\.text).joined(separator: ",")
    return (SourceSnapshot(origin: String(texts.prefix(512)), files: scan.files), scan.warnings)
  }

  private func read(
    _ locations: [Location], _ role: ScriptFile.Role, _ scan: inout LocationScan
  ) throws(SourceError) {
    var kept: [Location] = []
    for location in locations.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
      if kept.contains(where: { $0.path == location.path }) {
        scan.warnings.append("The location \(location) is named twice; it is read once.")
      } else if let parent = kept.first(where: { Self.contains($0, location) }) {
        scan.warnings.append("The location \(location) is passed over: it lies in the location \(parent).")
      } else {
        kept.append(location)
      }
    }
    for location in kept { try read(location, role, &scan) }
  }

  private static func contains(_ parent: Location, _ location: Location) -> Bool {
    !parent.hasWildcards && !location.hasWildcards
      && location.path.utf8.starts(with: (parent.path == "/" ? "/" : parent.path + "/").utf8)
  }

  private func read(_ location: Location, _ role: ScriptFile.Role, _ scan: inout LocationScan) throws(SourceError) {
    var problem = "not found"
    for path in [location.path] + location.alternatives {
      let pattern = LocationPattern(path)
      switch LocationScan.look(at: pattern?.root ?? path) {
      case .directory:
        if location.kind == .classpath {
          scan.warnings.append("There is no class path: \(location) is read from the folder \(path).")
        }
        try scan.read(pattern?.root ?? path, pattern: pattern, role: role)
        return
      case .absent: continue
      case .other(let reason): problem = reason
      }
    }
    guard !failOnMissing else {
      throw SourceError(
        .notFound,
        "the location \(location) (\(location.path)) is missing: \(problem); create it, correct locations, or set "
          + "failOnMissingLocations=false")
    }
    scan.warnings.append("The location \(location) (\(location.path)) is passed over: \(problem).")
  }
}
