internal import MigrationCore

/// What a script makes, drops and resets, with places, so that a rule need not look through it for each statement.
struct ScriptDeeds: Sendable {
  private struct Key: Hashable {
    let kind: String
    let name: String
  }

  private var made: [Key: Range<Int>] = [:]
  private var dropped: [Key: Range<Int>] = [:]
  private var reset: [Key: Range<Int>] = [:]

  init(_ statements: [LintedStatement]) {
    for placed in statements.flatMap(\.shapes) { note(placed.shape, placed.range.lowerBound) }
  }

  /// Whether the script makes an object of this kind and name before a place.
  func makes(_ kind: String, _ name: NamePlace, before place: Int) -> Bool {
    made[key(kind, name)].map { $0.lowerBound < place } ?? false
  }

  /// Whether it makes one behind a place.
  func makes(_ kind: String, _ name: NamePlace, behind place: Int) -> Bool {
    made[key(kind, name)].map { $0.upperBound > place } ?? false
  }

  /// Whether it drops one before a place.
  func drops(_ kind: String, _ name: NamePlace, before place: Int) -> Bool {
    dropped[key(kind, name)].map { $0.lowerBound < place } ?? false
  }

  /// Whether it drops one behind a place.
  func drops(_ kind: String, _ name: NamePlace, behind place: Int) -> Bool {
    dropped[key(kind, name)].map { $0.upperBound > place } ?? false
  }

  /// Whether it puts a setting back behind a place.
  func resets(_ setting: String, behind place: Int) -> Bool {
    [setting, "all"].contains { name in
      reset[Key(kind: "", name: name)].map { $0.upperBound > place } ?? false
    }
  }

  private func key(_ kind: String, _ name: NamePlace) -> Key {
    Key(kind: Self.routines.contains(kind) ? "function" : kind, name: name.name.name)
  }

  private static let routines: Set<String> = ["procedure", "routine", "aggregate"]

  private mutating func note(_ shape: Shape, _ place: Int) {
    switch shape {
    case .createTable(let table): Self.note(key("table", table.name), place, in: &made)
    case .createView(let view):
      Self.note(key(view.isMaterialized ? "materialized view" : "view", view.name), place, in: &made)
    case .createFunction(let function): Self.note(key("function", function.name), place, in: &made)
    case .createOther(let other):
      if let name = other.name { Self.note(key(other.kind, name), place, in: &made) }
    case .drop(let drop):
      for name in drop.names { Self.note(key(drop.kind, name), place, in: &dropped) }
    case .set(let setting) where setting.scope == .reset:
      Self.note(Key(kind: "", name: setting.name), place, in: &reset)
    default: break
    }
  }

  private static func note(_ key: Key, _ place: Int, in places: inout [Key: Range<Int>]) {
    let known = places[key] ?? place..<place
    places[key] = min(known.lowerBound, place)..<max(known.upperBound, place)
  }
}
