internal import Kubernetes

/// The board without its cards: a column for each environment, a row for each thing that is promoted.
package struct BoardLayout: Sendable, Encodable, Equatable {
  /// The environments, in the order of promotion; an empty text for resources of none.
  package var columns: [String] = []
  package var rows: [Row] = []

  /// One thing through all environments.
  package struct Row: Sendable, Encodable, Equatable {
    package var name: String
    package var group: String
    /// Keys of cards, for each column.
    package var cells: [[String]]
  }

  /// Puts resources onto a board.
  ///
  /// Those that name each other in `spec.promotion.after` share a row, and so do those that differ only by the word for
  /// their environment. Columns follow `after`, and the customary order where it says nothing.
  init(_ placements: some Collection<BoardPlacement>) {
    let environments = Dictionary(placements.map { ($0.key, $0.environment) }) { first, _ in first }
    var before: [String: Set<String>] = [:]
    for placement in placements {
      before[placement.environment, default: []].formUnion(
        placement.upstreams.compactMap { environments[$0] }.filter { $0 != placement.environment })
    }
    columns = Self.ordered(before)
    let indices = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    rows = Self.groups(placements).map { members in
      let subject = members.map(\.subject).min() ?? BoardPlacement.Subject(name: "", group: "")
      var cells = [[String]](repeating: [], count: columns.count)
      for member in members.sorted(by: { $0.key < $1.key }) {
        if let index = indices[member.environment] { cells[index].append(member.key.description) }
      }
      return Row(name: subject.name, group: subject.group, cells: cells)
    }
    .sorted { ($0.name, $0.group, $0.cells.joined().first ?? "") < ($1.name, $1.group, $1.cells.joined().first ?? "") }
  }

  /// The keys of the row that a resource is in, in the order of promotion.
  func row(of key: String) -> [(environment: String, keys: [String])] {
    guard let row = rows.first(where: { $0.cells.contains { $0.contains(key) } }) else { return [] }
    return zip(columns, row.cells).filter { !$1.isEmpty }.map { ($0, $1) }
  }

  // Each time the least of those with nothing left before them; where `after` goes in a circle, the least of all.
  private static func ordered(_ before: [String: Set<String>]) -> [String] {
    let order = BoardPlacement.words.map(\.environment)
    func rank(_ name: String) -> (Int, String) {
      (name.isEmpty ? order.count + 1 : order.firstIndex(of: name) ?? order.count, name)
    }
    var left = before.keys.sorted { rank($0) < rank($1) }
    var result: [String] = []
    while !left.isEmpty {
      let index = left.firstIndex { before[$0]?.isDisjoint(with: left) == true } ?? 0
      result.append(left.remove(at: index))
    }
    return result
  }

  private static func groups(_ placements: some Collection<BoardPlacement>) -> [[BoardPlacement]] {
    var parents: [BoardPlacement.Subject: BoardPlacement.Subject] = [:]
    func root(_ subject: BoardPlacement.Subject) -> BoardPlacement.Subject {
      var subject = subject
      while let parent = parents[subject] { subject = parent }
      return subject
    }
    let subjects = Dictionary(placements.map { ($0.key, $0.subject) }) { first, _ in first }
    for placement in placements {
      for upstream in placement.upstreams {
        guard let other = subjects[upstream] else { continue }
        let (one, two) = (root(placement.subject), root(other))
        if one != two { parents[max(one, two)] = min(one, two) }
      }
    }
    return Array(Dictionary(grouping: placements) { root($0.subject) }.values)
  }
}
