internal import FoundationEssentials
internal import Glibc
internal import Reliability
internal import TestSupport

/// What the programme prints, and writes into its folder.
struct ChaosReport: Sendable {
  let folder: String
  /// What everything was measured on.
  let world: String
  private let start = ContinuousClock.now

  init(folder: String, world: String) {
    self.folder = folder
    self.world = world
  }

  func begin() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    say(world)
  }

  func say(_ line: String) { put("[\((ContinuousClock.now - start).inSeconds) s] \(line)") }

  /// Prints a line at once, also into a pipe.
  private func put(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = Glibc.write(1, bytes, bytes.count)
  }

  /// Runs orders one after the other, prints the table, and says whether all was survived.
  func run(_ campaign: Campaign, _ orders: [Campaign.Order]) async throws -> Bool {
    var records: [FaultRecord] = []
    var isComplete = true
    for order in orders {
      if order.fault.parts.contains(.fakeClock), let reason = FakeClock.unavailableReason {
        say("\(order.fault.name) is skipped: \(reason)")
        continue
      }
      do {
        records += try await campaign.run(order)
      } catch let error as CancellationError {
        throw error
      } catch {
        isComplete = false
        say("\(order.fault.name) broke off: \(error)")
      }
      try write(records)
    }
    let table = FaultTable(records, faults: orders.map(\.fault)).text
    let failed = records.filter { !$0.isSurvived }
    let summary =
      failed.isEmpty && isComplete
      ? "all \(records.count) faults survived" : "\(failed.count) of \(records.count) faults not survived"
    let text = "\(world)\n\n\(table)\n\n\(summary), in \((ContinuousClock.now - start).inSeconds) s\n"
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/report.txt"))
    put("\n\(text)")
    if !failed.isEmpty { put("evidence: \(folder)") }
    return failed.isEmpty && isComplete && !records.isEmpty
  }

  /// Runs a soak, prints the course of the memory, and says whether all was survived.
  func run(_ soak: Soak) async throws -> Bool {
    let result = try await soak.run()
    put("\n\(world)\n\n\(result.applied) migrations applied, \(result.records.count) faults, of which")
    put("\(result.records.count(where: \.isSurvived)) survived; memory in kilobytes:\n")
    put("| replica | process | first | last | highest | slope, kB/min | slope of the second half, kB/min |")
    put("|---------|--------:|------:|-----:|--------:|--------------:|---------------------------------:|")
    for course in result.memory.courses {
      let slopes = [course.slope, course.lateSlope].map { "\(($0 * 10).rounded() / 10)" }
      put(
        "| \(course.replica) | \(course.process) | \(course.first) | \(course.last) | \(course.highest) | "
          + "\(slopes[0]) | \(slopes[1]) |")
    }
    for finding in result.findings { put("FOUND \(finding)") }
    try write(result.records)
    put("\nsamples: \(folder)/soak/memory.csv")
    return result.findings.isEmpty && result.records.allSatisfy(\.isSurvived)
  }

  private func write(_ records: [FaultRecord]) throws {
    let text = ([FaultRecord.header] + records.map(\.row)).joined(separator: "\n") + "\n"
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/faults.csv"))
  }
}
