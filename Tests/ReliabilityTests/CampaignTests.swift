import Glibc
import Reliability
import TestSupport
import Testing

@Suite("What a fault run is made of and says")
struct CampaignTests {
  @Test("the same seed makes the same directory, and additions go on where it ended")
  func workload() {
    var one = Workload(50, seed: 3)
    #expect(one.migrations == Workload(50, seed: 3).migrations)
    #expect(one.migrations != Workload(50, seed: 4).migrations)
    let added = one.extend(by: 10)
    #expect(one.migrations == Workload(60, seed: 3).migrations)
    #expect(added.keys.filter { $0.hasSuffix(".sql") }.count == 10)
    #expect(Set(one.files.keys).isSuperset(of: added.keys))
  }

  @Test("the table counts, and takes the worst and the median")
  func table() {
    let records = [1.0, 3.5, 2.0].map { seconds in
      var record = FaultRecord(fault: "kill-leader", round: 1, moment: "now")
      record.recovery = .seconds(seconds)
      return record
    }
    var lost = FaultRecord(fault: "kill-leader", round: 2, moment: "now")
    lost.problems = ["loss"]
    let lines = FaultTable(records + [lost], faults: Fault.all).text.split(separator: "\n")
    let cells = lines[2].split(separator: "|").map { String($0.drop { $0 == " " }).split(separator: "  ").first ?? "" }
    #expect(lines.count == 3)
    #expect(
      cells.map { $0.last == " " ? $0.dropLast() : $0 } == [
        "kill -9 of the leader", "4", "3", "3.50 s", "2.00 s", "the kill",
      ])
    #expect(Set(lines.map(\.count)).count == 1, "aligned")
  }

  @Test("what an earlier run left in a round's folder is gone before the round begins")
  func evidenceFolder() throws {
    let parent = try TemporaryDirectory()
    let log = try parent.write("lease.identity=somebody-else", to: "evidence/kill-leader-1/replica-a-1.log")
    let folder = try EvidenceFolder("\(parent.path)/evidence/kill-leader-1")
    #expect(access(log, F_OK) != 0)
    #expect(access(folder.path, F_OK) == 0)
  }

  @Test("every fault has a name of its own")
  func names() {
    #expect(Set(Fault.all.map(\.name)).count == Fault.all.count)
    #expect(Fault.all.count >= 12)
  }
}
