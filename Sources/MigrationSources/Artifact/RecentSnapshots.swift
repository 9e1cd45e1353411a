internal import MigrationCore

/// The snapshots that were used last, up to a number of bytes: a value.
struct RecentSnapshots: Sendable {
  /// What decides about the content of a snapshot.
  struct Key: Sendable, Hashable {
    let origin: String
    let digest: String
    let path: String
    let suffixes: [String]
  }

  private struct Entry: Sendable {
    let key: Key
    let snapshot: SourceSnapshot
    let bytes: Int
  }

  private let byteLimit: Int
  private let countLimit: Int
  /// The least recently used first.
  private var entries: [Entry] = []

  init(byteLimit: Int, countLimit: Int = 64) {
    self.byteLimit = byteLimit
    self.countLimit = countLimit
  }

  /// A snapshot that is still there.
  mutating func find(_ key: Key) -> SourceSnapshot? {
    guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
    let entry = entries.remove(at: index)
    entries.append(entry)
    return entry.snapshot
  }

  /// Keeps a snapshot, and drops those used longest ago where it gets too much.
  mutating func keep(_ snapshot: SourceSnapshot, for key: Key) {
    entries.removeAll { $0.key == key }
    let bytes = snapshot.files.reduce(0) { $0 + $1.bytes.count + $1.path.utf8.count + 64 }
    guard bytes <= byteLimit else { return }
    entries.append(Entry(key: key, snapshot: snapshot, bytes: bytes))
    while entries.count > countLimit || entries.reduce(0, { $0 + $1.bytes }) > byteLimit { entries.removeFirst() }
  }
}
