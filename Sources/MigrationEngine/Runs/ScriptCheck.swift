/// When a run refuses pending scripts that cannot be run: those that cannot be cut into statements or lack a
/// placeholder's value, for instance.
package enum ScriptCheck: Sendable, Equatable {
  /// Before anything is run or written.
  case allFirst
  /// Each when its turn comes, after those before it: as Flyway's `migrate` does.
  case oneByOne
}
