internal import Kubernetes
internal import Support

/// Which replicas are alive, and which shards are this one's: a value, without network; time comes in with every call.
///
/// A replica is alive while its member Lease has been renewed, by what is observed here, never by the clock in the object.
struct ShardMembership: Sendable {
  /// What to do about the shards.
  struct Decision: Sendable, Equatable {
    /// The shards that are to be this replica's; all others are given up.
    var preferred: Set<Int> = []
    /// Whether shards that it does not lead yet may be taken.
    var mayTake = false
    /// Who divides otherwise, and is waited for.
    var waitingFor: String?
    /// After which time this may be different without anything being observed; nil for never.
    var lookAgain: Duration?
  }

  private struct Sighting {
    var lease: Lease
    var holder: String
    var heldSince: Duration
    var renewedAt: Duration

    var acquireTime: String { lease.spec.acquireTime ?? "" }
  }

  private struct Member {
    var holder: String
    var acquireTime: String
    var count: Int
    var slot: Int
    var heldSince: Duration
  }

  private let layout: ShardLayout
  private let identity: String
  private let timings: LeaseTimings
  private var sightings: [ShardLayout.Role: Sighting] = [:]

  init(layout: ShardLayout, identity: String, timings: LeaseTimings) {
    self.layout = layout
    self.identity = identity
    self.timings = timings
  }

  /// Takes in a Lease as the watch shows it, nil for one that is gone; false if that is a mere renewal.
  mutating func observe(_ role: ShardLayout.Role, _ lease: Lease?, at now: Duration) -> Bool {
    let before = sightings[role]
    guard let lease, let holder = lease.spec.holderIdentity, !holder.isEmpty else {
      sightings[role] = nil
      return before != nil
    }
    let isSame = before?.lease.metadata.uid == lease.metadata.uid && before?.holder == holder
    let wasAlive = before.map { left(of: $0, at: now) > .zero } ?? false
    sightings[role] = Sighting(
      lease: lease, holder: holder, heldSince: isSame ? before?.heldSince ?? now : now,
      renewedAt: isSame && before?.lease.spec == lease.spec ? before?.renewedAt ?? now : now)
    return !isSame || !wasAlive
  }

  /// The lowest slot that no live member has, or that is this replica's already.
  func freeSlot(at now: Duration) -> Int {
    let taken = Set(members(at: now).filter { $0.count == layout.count && $0.holder != identity }.map(\.slot))
    return (0...taken.count).first { !taken.contains($0) } ?? 0
  }

  /// Whether another live replica has a slot.
  func isTaken(slot: Int, at now: Duration) -> Bool {
    members(at: now).contains { $0.count == layout.count && $0.slot == slot && $0.holder != identity }
  }

  /// Decides at a moment.
  ///
  /// Of replicas that divide into different numbers of shards those are in force that the oldest live one divides like:
  /// the others wait until it is gone. And nothing is taken while a shard of another division has a holder.
  func decision(at now: Duration) -> Decision {
    let members = members(at: now)
    let others = foreignHolder(at: now)
    var decision = Decision(lookAgain: nextExpiry(at: now))
    let isAlone = others == nil && !members.contains { $0.count != layout.count }
    if layout.count == 1, isAlone {
      decision.preferred = [0]
      decision.mayTake = true
      return decision
    }
    guard let oldest = members.min(by: { ($0.acquireTime, $0.holder) < ($1.acquireTime, $1.holder) }),
      members.contains(where: { $0.holder == identity && $0.count == layout.count })
    else {
      decision.waitingFor = others ?? members.first { $0.count != layout.count }?.holder
      return decision
    }
    guard oldest.count == layout.count else {
      decision.waitingFor = oldest.holder
      return decision
    }
    let peers = members.filter { $0.count == layout.count }
    let settling = peers.map { (slot: $0.slot, left: settlingTime + $0.heldSince - now) }
    let settled = Set(settling.filter { $0.left <= .zero }.map(\.slot))
    let owners = layout.owners(among: settled)
    let mine = Set(peers.filter { $0.holder == identity }.map(\.slot))
    decision.preferred = Set(owners.indices.filter { mine.contains(owners[$0]) })
    decision.waitingFor = others
    decision.mayTake = others == nil
    decision.lookAgain = ([decision.lookAgain] + settling.map(\.left).filter { $0 > .zero }).compactMap(\.self).min()
    return decision
  }

  // Replicas that start together see each other before any takes a shard, and who has to give one up does it when the
  // other one may take it.
  private var settlingTime: Duration { layout.count == 1 ? .zero : timings.retryPeriod }

  // The holder of an undivided election is a member as well: it divides into one.
  private func members(at now: Duration) -> [Member] {
    sightings.compactMap { role, sighting in
      guard left(of: sighting, at: now) > .zero else { return nil }
      switch role {
      case .member(let slot, let count):
        return Member(
          holder: sighting.holder, acquireTime: sighting.acquireTime, count: count, slot: slot,
          heldSince: sighting.heldSince)
      case .shard(_, count: 1):
        return Member(
          holder: sighting.holder, acquireTime: sighting.acquireTime, count: 1, slot: 0, heldSince: sighting.heldSince)
      case .shard: return nil
      }
    }
  }

  private func foreignHolder(at now: Duration) -> String? {
    sightings.lazy.filter { role, sighting in
      guard case .shard(_, let count) = role, count != layout.count else { return false }
      return left(of: sighting, at: now) > .zero
    }.map(\.value.holder).min()
  }

  private func nextExpiry(at now: Duration) -> Duration? {
    sightings.values.lazy.filter { $0.holder != identity }.map { left(of: $0, at: now) }.filter { $0 > .zero }.min()
  }

  private func left(of sighting: Sighting, at now: Duration) -> Duration {
    let seconds = sighting.lease.spec.leaseDurationSeconds.map { max(1, Int64($0)) }
    return sighting.renewedAt + (seconds.map { .seconds($0) } ?? timings.duration) - now
  }
}
