package import Controller
package import Kubernetes

/// The board as it is, with the revision at which each part changed last: a value.
///
/// Who knows a revision is told what has changed since, and of each card only the latest, however much it missed.
package struct FeedState: Sendable {
  private struct Entry: Sendable {
    var card: BoardCard
    var placement: BoardPlacement
    var revision: Int
  }

  /// How many resources that are gone are remembered.
  static let remembered = 1000

  /// Names this process's numbers: those of another replica mean nothing here.
  private let epoch: String
  private var entries: [ObjectKey: Entry] = [:]
  private var gone: [(key: String, revision: Int)] = []
  /// Who knows less than this is told everything.
  private var oldest = 0
  private var revision = 1
  /// Nil when it is to be made anew, which waits until somebody looks: a list of many resources arrives one by one.
  private var arranged: BoardLayout?
  private var layoutRevision = 1

  /// An empty board.
  ///
  /// - Parameter epoch: differs between processes.
  package init(epoch: String) {
    self.epoch = epoch
  }

  /// How many resources there are.
  package var count: Int { entries.count }

  /// Takes in a resource as it is now, nil when it is gone.
  ///
  /// - Returns: whether anything of it may look different now.
  package mutating func set(_ key: ObjectKey, _ object: CitusMigration?) -> Bool {
    guard let object else {
      guard entries.removeValue(forKey: key) != nil else { return false }
      revision += 1
      gone.append((key.description, revision))
      if gone.count > Self.remembered { oldest = gone.removeFirst().revision }
      disarrange()
      return true
    }
    let before = entries[key]
    revision += 1
    let entry = Entry(card: BoardCard(object), placement: BoardPlacement(object), revision: revision)
    entries[key] = entry
    if before?.placement != entry.placement { disarrange() }
    return true
  }

  private mutating func disarrange() {
    arranged = nil
    layoutRevision = revision
  }

  private mutating func layout() -> BoardLayout {
    let layout = arranged ?? BoardLayout(entries.values.map(\.placement))
    arranged = layout
    return layout
  }

  // MARK: What a reader is told

  /// What a reader of the board is told that was told `id` last; nil if that is all there is.
  package mutating func board(since id: String?) -> BoardMessage? {
    let known = id.flatMap(number)
    guard let known, known >= oldest, known <= revision else { return message(since: nil) }
    return known == revision ? nil : message(since: known)
  }

  private mutating func message(since known: Int?) -> BoardMessage {
    let cards = entries.values.filter { $0.revision > known ?? 0 }.map(\.card).sorted { $0.key < $1.key }
    let removed = known.map { known in gone.filter { $0.revision > known }.map(\.key) } ?? []
    return BoardMessage(
      id: id(revision), isWhole: known == nil, layout: layoutRevision > known ?? 0 ? layout() : nil, cards: cards,
      removed: removed)
  }

  /// The id of a resource's page as it is now; nil where there is no such resource.
  package mutating func pageID(of key: ObjectKey) -> String? {
    guard entries[key] != nil else { return nil }
    let keys = Set(layout().row(of: key.description).flatMap(\.keys))
    let latest = entries.values.lazy.filter { keys.contains($0.card.key) }.map(\.revision).max() ?? 0
    return id(max(latest, layoutRevision))
  }

  /// What shares a row with a resource, itself included, in the order of promotion.
  package mutating func chain(of key: ObjectKey) -> [ChainLink] {
    let cards = Dictionary(entries.values.map { ($0.card.key, $0.card) }) { first, _ in first }
    return layout().row(of: key.description).flatMap { environment, keys in
      keys.compactMap { key in cards[key].map { ChainLink(environment: environment, card: $0) } }
    }
  }

  private func id(_ revision: Int) -> String { "\(epoch)-\(revision)" }

  private func number(_ id: String) -> Int? {
    let parts = id.split(separator: "-")
    guard parts.count == 2, parts[0] == epoch else { return nil }
    return Int(parts[1])
  }
}

/// What a reader of the board is told: everything, or what has changed.
package struct BoardMessage: Sendable, Encodable, Equatable {
  /// To be named in the next question.
  package var id: String
  /// Whether what was told before is to be forgotten.
  package var isWhole: Bool
  /// Where cards stand; nil if that is as before.
  package var layout: BoardLayout?
  package var cards: [BoardCard]
  /// Keys of cards that are gone.
  package var removed: [String]
}

/// One stage of a promotion, as the page of another stage shows it.
package struct ChainLink: Sendable, Encodable, Equatable {
  package var environment: String
  package var card: BoardCard
}
