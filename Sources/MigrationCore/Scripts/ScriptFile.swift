/// One file of a migration directory, as it came from its source.
package struct ScriptFile: Sendable, Hashable {
  /// Relative to its location, with `/` between the parts.
  package let path: String
  /// Its content.
  package let bytes: [UInt8]

  /// A file from its path and content.
  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// The last part of `path`.
  package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Whether it lies in a directory whose name starts with a dot; such directories (Kubernetes' `..data`, `.git`) are
  /// passed over, hidden files are not (`FileSystemScanner.java`).
  package var isInHiddenDirectory: Bool {
    path.split(separator: "/").dropLast().contains { $0.hasPrefix(".") }
  }
}
