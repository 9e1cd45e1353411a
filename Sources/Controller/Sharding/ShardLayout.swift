package import Kubernetes
internal import MigrationCore

/// How the resources are divided over shards, and what the Leases of shards and members are called: a value.
///
/// One shard is the whole: its Lease is the election's own, and there are no members.
package struct ShardLayout: Sendable, Hashable {
  /// What a Lease of this installation is for.
  package enum Role: Sendable, Hashable {
    /// Whoever holds it leads shard `index` of `count`.
    case shard(index: Int, count: Int)
    /// Whoever holds it is a live replica that divides into `count` shards; `slot` names it among those.
    case member(slot: Int, count: Int)
  }

  /// The greatest number of shards: each has a Lease that is renewed all the time.
  package static let largestCount = 64
  /// What the names of Leases add to the election's at most: `-member-999-of-64`.
  package static let longestSuffix = 17

  /// The name of the election.
  package let election: String
  /// The number of shards, 1 to `largestCount`.
  package let count: Int

  /// A layout of so many shards; less than one counts as one.
  package init(election: String, count: Int) {
    self.election = election
    self.count = max(1, count)
  }

  /// The shard that a resource belongs to, from 0 on: the first 64 bits of the SHA-256 of `namespace/name`, modulo the count.
  package func shard(of key: ObjectKey) -> Int {
    guard count > 1 else { return 0 }
    return Int(Self.hash(of: key.description) % UInt64(count))
  }

  /// The Lease whose holder leads a shard.
  package func leaseName(ofShard index: Int) -> String {
    count == 1 ? election : "\(election)-shard-\(index)-of-\(count)"
  }

  /// The Lease whose holder is the member with this slot.
  package func leaseName(ofMember slot: Int) -> String { "\(election)-member-\(slot)-of-\(count)" }

  /// What a Lease is for, by its name; nil for one of a target, or of something else.
  ///
  /// Knows those of other counts as well.
  package func role(ofLease name: String) -> Role? {
    if name == election { return .shard(index: 0, count: 1) }
    guard name.hasPrefix("\(election)-") else { return nil }
    let parts = name.dropFirst(election.count + 1).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[2] == "of", let number = Self.number(parts[1]), let count = Self.number(parts[3]),
      (2...Self.largestCount).contains(count)
    else { return nil }
    switch parts[0] {
    case "shard" where number < count: return .shard(index: number, count: count)
    case "member": return .member(slot: number, count: count)
    default: return nil
    }
  }

  /// Which member each shard goes to: to each member the same number of shards, or one more.
  ///
  /// Rendezvous hashing with bounded loads: of all pairs of shard and member the one with the highest hash goes first, as
  /// long as the member has room. So who has what depends on the members alone, and few shards move when one comes or goes.
  /// - Returns: the slot for each shard; empty without members.
  package func owners(among slots: Set<Int>) -> [Int] {
    guard !slots.isEmpty else { return [] }
    let pairs = (0..<count).flatMap { shard in
      slots.map { (hash: Self.mixed(shard, $0), shard: shard, slot: $0) }
    }
    var (least, spare) = count.quotientAndRemainder(dividingBy: slots.count)
    var loads: [Int: Int] = [:]
    var owners = [Int?](repeating: nil, count: count)
    for pair in pairs.sorted(by: { ($0.hash, $0.shard, $0.slot) > ($1.hash, $1.shard, $1.slot) })
    where owners[pair.shard] == nil {
      let load = loads[pair.slot, default: 0]
      guard load < least || load == least && spare > 0 else { continue }
      if load == least { spare -= 1 }
      loads[pair.slot] = load + 1
      owners[pair.shard] = pair.slot
    }
    return owners.compactMap(\.self)
  }

  private static func number(_ text: Substring) -> Int? {
    guard let number = Int(text), (0...999).contains(number), "\(number)" == text else { return nil }
    return number
  }

  // SplitMix64's finalizer (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
  private static func mixed(_ shard: Int, _ slot: Int) -> UInt64 {
    var bits = (UInt64(shard) << 32 | UInt64(slot)) &+ 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  private static func hash(of text: String) -> UInt64 {
    UInt64(ContentDigest.sha256(Array(text.utf8)).prefix(16), radix: 16) ?? 0
  }
}
