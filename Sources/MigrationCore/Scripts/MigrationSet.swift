/// All migrations of a directory, and everything that is wrong with its files.
package struct MigrationSet: Sendable, Hashable {
  /// Ascending; of two files of one version only the first stands here.
  package internal(set) var versioned: [MigrationScript] = []
  /// Ascending; never mixed with `versioned`.
  package internal(set) var baselines: [MigrationScript] = []
  /// By description, in the order of UTF-16 code units, as Flyway runs them.
  package internal(set) var repeatables: [MigrationScript] = []
  /// Undo files, ascending; `undo` alone runs them.
  package internal(set) var undo: [MigrationScript] = []
  /// Callbacks in running order: by event, then by description, the one without a description first.
  package internal(set) var callbacks: [CallbackScript] = []
  /// Bad names, duplicates, files that cannot be read; in the order of paths.
  package internal(set) var problems: [MigrationProblem] = []

  /// An empty directory.
  package init() {}

  /// Reads the files of a directory: names, contents, `.conf` files, checksums, placeholders.
  ///
  /// It never fails; what cannot be followed is a problem. The order of `files` does not matter.
  package static func resolve(_ files: [ScriptFile], settings: MigrationSettings) -> MigrationSet {
    var resolution = MigrationResolution(settings: settings)
    return resolution.resolve(files)
  }

  /// The callbacks of one event, in running order.
  package func callbacks(for event: CallbackEvent) -> [CallbackScript] {
    callbacks.filter { $0.event == event }
  }

  /// The migrations for which `isKept` is true, without callbacks and problems.
  package func keeping(_ isKept: (MigrationScript) -> Bool) -> MigrationSet {
    var kept = MigrationSet()
    kept.versioned = versioned.filter(isKept)
    kept.baselines = baselines.filter(isKept)
    kept.repeatables = repeatables.filter(isKept)
    return kept
  }

  /// Versioned and baseline migrations with undo left out: everything that has a place in the order of versions.
  var withVersion: [MigrationScript] { versioned + baselines }
}
