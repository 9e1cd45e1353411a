@testable import Controller
import Kubernetes
import Testing

@Suite("ShardLayout")
struct ShardLayoutTests {
  private let seven = ShardLayout(election: "whimbrel-leader", count: 7)

  @Test(
    "a resource belongs to the shard that the digest of its name gives, for ever",
    arguments: [("dev", "betting", 4), ("dev", "odds", 4), ("prod", "betting", 5), ("dev", "größe", 1)])
  func shards(namespace: String, name: String, shard: Int) {
    // printf %s NAMESPACE/NAME | sha256sum | cut -c-16, as a number modulo 7.
    #expect(seven.shard(of: ObjectKey(namespace: namespace, name: name)) == shard)
    #expect(
      ShardLayout(election: "whimbrel-leader", count: 1).shard(of: ObjectKey(namespace: namespace, name: name)) == 0)
  }

  @Test("the Lease of the only shard is the election's; with several each has its own, which tells of how many")
  func names() {
    #expect(ShardLayout(election: "whimbrel-leader", count: 1).leaseName(ofShard: 0) == "whimbrel-leader")
    #expect(seven.leaseName(ofShard: 3) == "whimbrel-leader-shard-3-of-7")
    #expect(seven.leaseName(ofMember: 12) == "whimbrel-leader-member-12-of-7")
    let longest = ShardLayout(election: "", count: ShardLayout.largestCount).leaseName(ofMember: 999)
    #expect(longest.utf8.count == ShardLayout.longestSuffix)
  }

  @Test(
    "what a Lease is for is told by its name, of other divisions too",
    arguments: [
      ("whimbrel-leader", .shard(index: 0, count: 1)),
      ("whimbrel-leader-shard-3-of-7", .shard(index: 3, count: 7)),
      ("whimbrel-leader-shard-63-of-64", .shard(index: 63, count: 64)),
      ("whimbrel-leader-member-0-of-5", .member(slot: 0, count: 5)),
      ("whimbrel-leader-shard-7-of-7", nil), ("whimbrel-leader-shard-0-of-1", nil),
      ("whimbrel-leader-shard-0-of-65", nil), ("whimbrel-leader-shard-03-of-7", nil),
      ("whimbrel-leader-shard--1-of-7", nil), ("whimbrel-leader-shard-3-of-123456789012", nil),
      ("whimbrel-leader-shard-3", nil), ("whimbrel-leader-2", nil), ("whimbrel-betting-0123456789ab", nil),
      ("other-shard-3-of-7", nil), ("", nil),
    ] as [(String, ShardLayout.Role?)])
  func roles(name: String, role: ShardLayout.Role?) {
    #expect(seven.role(ofLease: name) == role)
  }

  @Test("names are read back")
  func namesReadBack() {
    for count in [2, 7, 64] {
      let layout = ShardLayout(election: "e", count: count)
      for index in 0..<count {
        #expect(layout.role(ofLease: layout.leaseName(ofShard: index)) == .shard(index: index, count: count))
        #expect(layout.role(ofLease: layout.leaseName(ofMember: index)) == .member(slot: index, count: count))
      }
    }
  }

  @Test("without members no shard has an owner; one member has all")
  func fewOwners() {
    #expect(seven.owners(among: []).isEmpty)
    #expect(seven.owners(among: [4]) == Array(repeating: 4, count: 7))
  }

  @Test(
    "each shard has one owner, and each member its equal part, for every number of both",
    arguments: [1, 2, 3, 7, 8, 13, 64])
  func parts(count: Int) {
    let layout = ShardLayout(election: "e", count: count)
    for members in 1...9 {
      let owners = layout.owners(among: Set(0..<members))
      #expect(owners.count == count)
      let loads = (0..<members).map { slot in owners.count { $0 == slot } }
      #expect(loads.allSatisfy { (count / members...(count + members - 1) / members).contains($0) }, "\(loads)")
    }
  }

  @Test("of seven shards over three members: who goes or comes moves its own part, and one or two others at most")
  func moves() {
    let three = seven.owners(among: [0, 1, 2])
    for gone in 0..<3 {
      let two = seven.owners(among: Set([0, 1, 2]).subtracting([gone]))
      let others = (0..<7).count { three[$0] != gone && three[$0] != two[$0] }
      #expect(others <= 2 && !two.contains(gone))
    }
    let four = seven.owners(among: [0, 1, 2, 3])
    #expect((0..<7).count { four[$0] != 3 && four[$0] != three[$0] } <= 2)
  }
}
