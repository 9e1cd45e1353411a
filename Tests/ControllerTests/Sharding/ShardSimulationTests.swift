@testable import Controller
import Kubernetes
import Testing

/// What docs/scaling.md says about spread and moves; prints its table.
@Suite("Simulation of shards")
struct ShardSimulationTests {
  private static let keys = (0..<100_000).map { ObjectKey(namespace: "team-\($0 % 400)", name: "database-\($0)") }

  @Test(
    "100,000 resources over 1 to 16 replicas: nobody has much more than the mean, and few move", arguments: [8, 16, 64])
  func spread(count: Int) {
    let layout = ShardLayout(election: "e", count: count)
    var sizes = [Int](repeating: 0, count: count)
    for key in Self.keys { sizes[layout.shard(of: key)] += 1 }
    let mean = Double(Self.keys.count) / Double(count)
    let largest = Double(sizes.max() ?? 0) / mean
    #expect(largest < 1.1 && Double(sizes.min() ?? 0) / mean > 0.9)

    print("| replicas | shards each | largest/mean | moved when one goes | when one comes | at least |")
    var moves = (actual: 0.0, least: 0.0)
    for members in [1, 2, 3, 4, 6, 8, 12, 16] where members <= count {
      let owners = layout.owners(among: Set(0..<members))
      let loads = (0..<members).map { Self.load(of: $0, owners, sizes) }
      let ratio = Double(loads.max() ?? 0) * Double(members) / Double(Self.keys.count)
      let most = (count + members - 1) / members
      #expect(ratio <= Double(most * members) / Double(count) * largest)

      let gone = (0..<members).map {
        Self.moved(owners, layout.owners(among: Set(0..<members).subtracting([$0])), sizes)
      }
      let meanGone = members == 1 ? 0 : Double(gone.reduce(0, +)) / Double(members * Self.keys.count)
      let come = Double(Self.moved(owners, layout.owners(among: Set(0...members)), sizes)) / Double(Self.keys.count)
      if members > 1 { moves = (moves.actual + meanGone, moves.least + 1 / Double(members)) }
      print(
        "| \(members) | \(count / members)\(count % members == 0 ? "" : " or \(most)") | \(Self.text(ratio)) "
          + "| \(Self.percent(meanGone)) | \(Self.percent(come)) | \(Self.percent(1 / Double(members))) |")
    }
    #expect(moves.actual < moves.least * 1.5)
  }

  private static func load(of slot: Int, _ owners: [Int], _ sizes: [Int]) -> Int {
    zip(owners, sizes).reduce(0) { $0 + ($1.0 == slot ? $1.1 : 0) }
  }

  private static func moved(_ before: [Int], _ after: [Int], _ sizes: [Int]) -> Int {
    guard before.count == after.count else { return 0 }
    return sizes.indices.reduce(0) { $0 + (before[$1] == after[$1] ? 0 : sizes[$1]) }
  }

  private static func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

  private static func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
}
