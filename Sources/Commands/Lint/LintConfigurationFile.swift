internal import FlywaySettings
internal import MigrationLint
internal import Support
internal import YAML

/// The file `whimbrel.yaml`.
struct LintConfigurationFile: Decodable, Sendable {
  let lint: LintConfiguration?

  static let name = "whimbrel.yaml"
  private static let longest = 1 << 20

  /// The settings of the arguments and the file.
  static func read(
    _ options: LintOptions, in directory: String, today: String
  ) async throws(LintFailure) -> (settings: LintSettings, file: LintConfiguration?) {
    var settings = LintSettings()
    settings.today = today
    let path = options.config ?? name
    let bytes: [UInt8]
    do throws(FileContent.Failure) {
      bytes = try await FileContent.read(Location.absolute(path, directory), limit: longest)
    } catch {
      guard options.config == nil, error == .missing else {
        throw .usage("The settings \(path) cannot be read: \(error).")
      }
      guard options.environment == nil else {
        throw .usage("--environment names one of the settings, and there is no \(name) in \(directory).")
      }
      return (settings, nil)
    }
    let configuration = try parse(bytes, path)
    let problems = configuration?.apply(to: &settings, environment: options.environment) ?? []
    guard problems.isEmpty else { throw .usage(problems.map { "\(path): \($0)" }.joined(separator: "\n")) }
    return (settings, configuration)
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(LintFailure) -> LintConfiguration? {
    let file: LintConfigurationFile
    let unknown: YAMLNode.Entry?
    do throws(YAMLError) {
      file = try YAMLDecoder().decode(LintConfigurationFile.self, from: bytes)
      unknown = unknownKey(try YAMLNode.parse(bytes).first?["lint"])
    } catch {
      throw .usage("\(path): \(error.description)")
    }
    if let unknown {
      throw .usage(
        "\(path): lint has no `\(unknown.key.prefix(60))` (line \(unknown.keyMark.line)); it can have "
          + "\(LintConfiguration.keys.joined(separator: ", ")).")
    }
    return file.lint
  }

  /// A key that nothing would read: passed over in silence it would look as if it counted.
  private static func unknownKey(_ node: YAMLNode?) -> YAMLNode.Entry? {
    guard case .mapping(let entries)? = node?.content else { return nil }
    return entries.first { !LintConfiguration.keys.contains($0.key) }
  }
}
