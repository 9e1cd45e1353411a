/// Whether something comes after itself.
package enum UpstreamCycle {
  /// How many resources are followed; a longer chain counts as one without an end.
  static let longest = 1000

  /// The shortest way from `start` back to itself, beginning and ending with it; nil if there is none.
  ///
  /// - Parameter after: what each comes after.
  package static func find<Key: Hashable>(from start: Key, after: (Key) -> [Key]) -> [Key]? {
    var came: [Key: Key] = [:]
    var seen: Set<Key> = [start]
    var queue = [start]
    var next = 0
    while next < queue.count, next < longest {
      let key = queue[next]
      next += 1
      for upstream in after(key) {
        if upstream == start { return [start] + way(to: key, from: start, came) }
        if seen.insert(upstream).inserted {
          came[upstream] = key
          queue.append(upstream)
        }
      }
    }
    return nil
  }

  // From the step after `start` to `key`, and back to `start`.
  private static func way<Key: Hashable>(to key: Key, from start: Key, _ came: [Key: Key]) -> [Key] {
    var way = [start]
    var current = key
    while current != start, let before = came[current] {
      way.insert(current, at: 0)
      current = before
    }
    return way
  }
}
