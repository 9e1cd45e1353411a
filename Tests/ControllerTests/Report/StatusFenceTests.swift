@testable import Controller
import Testing

@Suite("The fence of reports")
struct StatusFenceTests {
  @Test(
    "a report of a later leader is never overwritten",
    arguments: [
      (5, nil, .write(testing: nil)), (5, 4, .write(testing: 4)), (5, 5, .write(testing: 5)),
      (5, 6, .superseded(by: 6)), (0, nil, .write(testing: nil)), (0, 0, .write(testing: 0)),
      (nil, 7, .write(testing: 7)), (nil, nil, .write(testing: nil)),
    ] as [(Int64?, Int64?, StatusFence.Decision)])
  func before(epoch: Int64?, seen: Int64?, decision: StatusFence.Decision) {
    #expect(StatusFence(epoch: epoch).decide(seen: seen) == decision)
  }

  @Test(
    "after a refusal the epoch that is there decides: later stops, earlier is tested again, the same was not the cause",
    arguments: [
      (5, 4, 6, .superseded(by: 6)), (5, nil, 6, .superseded(by: 6)), (5, 3, 4, .write(testing: 4)),
      (5, nil, 4, .write(testing: 4)), (5, 4, nil, .write(testing: nil)), (5, 4, 4, .fail), (5, nil, nil, .fail),
      (5, 5, 5, .fail),
    ] as [(Int64, Int64?, Int64?, StatusFence.Decision)])
  func after(epoch: Int64, tested: Int64?, found: Int64?, decision: StatusFence.Decision) {
    #expect(StatusFence(epoch: epoch).decide(found: found, afterTesting: tested) == decision)
  }

  @Test(
    "a term's epoch is how often the Lease changed hands, and by chance above every report of others or of an earlier Lease",
    arguments: [(0, nil, 0), (6, 5, 6), (6, 6, 47), (6, nil, 6), (0, 6, 47), (1, 7, 48)] as [(Int64, Int64?, Int64)])
  func next(transitions: Int64, highest: Int64?, epoch: Int64) {
    #expect(LeaderEpoch.next(transitions: transitions, highestReported: highest, random: 40) == epoch)
  }

  @Test("a report carries the epoch of its term, and without election the one that is there")
  func report() {
    let first = StatusReport(generation: 1, handledReconcileAt: nil, previous: nil, now: Samples.now, epoch: 4)
      .status(.applied, Observation())
    #expect(first.leaderEpoch == 4)
    let second = StatusReport(generation: 1, handledReconcileAt: nil, previous: first, now: Samples.now)
      .status(.applied, Observation())
    #expect(second.leaderEpoch == 4)
  }
}
