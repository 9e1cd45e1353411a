/// One file of a migration directory, as it came from its source.
package struct ScriptFile: Sendable, Hashable {
  /// What the files of a location may be.
  package enum Role: Sendable, Hashable {
    /// Both: there is no `callbackLocations`.
    case any
    /// Migrations only: `callbackLocations` names where callbacks lie.
    case migrations
    /// Callbacks only.
    case callbacks
  }

  /// Relative to its location, with `/` between the parts.
  package let path: String
  /// Its content.
  package let bytes: [UInt8]
  /// The location's absolute directory, for reports; empty where there is none, as in a ConfigMap.
  package let location: String
  /// What it may be.
  package let role: Role

  /// A file from its path and content.
  package init(path: String, bytes: [UInt8], location: String = "", role: Role = .any) {
    self.path = path
    self.bytes = bytes
    self.location = location
    self.role = role
  }

  /// The last part of `path`.
  package var name: String {
    path.utf8.contains(UInt8(ascii: "/")) ? path.split(separator: "/").last.map(String.init) ?? path : path
  }

  /// Where it lies: absolute where the location is known, else `path`.
  package var filePath: String { Self.filePath(location: location, path: path) }

  /// Whether it lies in a directory whose name starts with a dot; such directories (Kubernetes' `..data`, `.git`) are
  /// passed over, hidden files are not (`FileSystemScanner.java`).
  package var isInHiddenDirectory: Bool {
    path.utf8.contains(UInt8(ascii: "/")) && path.split(separator: "/").dropLast().contains { $0.hasPrefix(".") }
  }

  static func filePath(location: String, path: String) -> String {
    location.isEmpty ? path : location.hasSuffix("/") ? location + path : "\(location)/\(path)"
  }
}
