/// All migrations of a directory, and everything that is wrong with its files.
package struct MigrationSet: Sendable, Hashable {
  /// Ascending; of two files of one version only the first stands here.
  package internal(set) var versioned: [MigrationScript] = []
  /// Ascending; never mixed with `versioned`.
  package internal(set) var baselines: [MigrationScript] = []
  /// By description, in the order of UTF-16 code units, as Flyway runs them.
  package internal(set) var repeatables: [MigrationScript] = []
  /// Undo files: listed, never run.
  package internal(set) var undo: [MigrationScript] = []
  /// Callback files, in the order of their paths.
  package internal(set) var callbacks: [Callback] = []
  /// Bad names, duplicates, files that cannot be read; in the order of paths.
  package internal(set) var problems: [MigrationProblem] = []

  /// A SQL callback.
  package struct Callback: Sendable, Hashable {
    /// What its name says.
    package let name: CallbackName
    /// Its path.
    package let script: String
  }

  /// An empty directory.
  package init() {}

  /// Reads the files of a directory: names, contents, `.conf` files, checksums, placeholders.
  ///
  /// It never fails; what cannot be followed is a problem. The order of `files` does not matter.
  package static func resolve(_ files: [ScriptFile], settings: MigrationSettings) -> MigrationSet {
    var resolution = MigrationResolution(settings: settings)
    return resolution.resolve(files)
  }

  /// Versioned and baseline migrations with undo left out: everything that has a place in the order of versions.
  var withVersion: [MigrationScript] { versioned + baselines }
}
