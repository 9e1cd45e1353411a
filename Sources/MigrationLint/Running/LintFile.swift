package import MigrationCore

/// One file that is looked at.
package struct LintFile: Sendable, Hashable {
  /// How it differs from the revision that is compared with.
  package enum Change: Sendable, Hashable {
    /// Not, or nothing is compared.
    case none
    /// It was not there.
    case added
    /// It was there with another content.
    case modified
    /// It was there under another name.
    case renamed(from: String)
  }

  /// As reports show it, with `/` between the parts.
  package let path: String
  /// Its content.
  package let bytes: [UInt8]
  /// What the `.conf` beside it says.
  package var configuration: ScriptConfiguration
  /// Whether its findings are wanted; otherwise it is read for what it does to the schema.
  package var isReported: Bool
  /// How it differs from the revision that is compared with.
  package var change: Change

  /// A file.
  package init(
    path: String, bytes: [UInt8], configuration: ScriptConfiguration = ScriptConfiguration(), isReported: Bool = true,
    change: Change = .none
  ) {
    self.path = path
    self.bytes = bytes
    self.configuration = configuration
    self.isReported = isReported
    self.change = change
  }

  /// The last part of the path.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
