import Glibc
import Testing

@testable import Telemetry

@Suite("Metrics of the process")
struct ProcessMetricsTests {
  @Test("proc(5) is read, whatever the program is called")
  func reading() {
    let stat = """
      4242 (whimbrel) x (y) S 1 4242 4242 0 -1 4194560 1000 0 3 0 250 50 0 0 20 0 7 0 12345 123456789 2000 \
      18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0
      """
    let statistics = ProcessStatistics(
      stat: stat, systemStat: "cpu  1 2 3\ncpu0 1 2 3\nbtime 1700000000\nprocesses 5\n", ticks: 100, pageSize: 4096)
    #expect(statistics?.cpuSeconds == 3)
    #expect(statistics?.startTime == 1_700_000_123.45)
    #expect(statistics?.threads == 7)
    #expect(statistics?.virtualMemory == 123_456_789)
    #expect(statistics?.residentMemory == 8_192_000)
  }

  @Test(
    "texts of another form give nothing",
    arguments: [("", "btime 1\n"), ("1 (a) S 1 2", "btime 1\n"), ("1 a S", "btime 1\n")])
  func unreadable(stat: String, systemStat: String) {
    #expect(ProcessStatistics(stat: stat, systemStat: systemStat, ticks: 100, pageSize: 4096) == nil)
  }

  @Test("this very process has memory, descriptors, threads and a start in the past")
  func thisProcess() throws {
    let registry = MetricRegistry()
    ProcessMetrics.add(to: registry)
    let values = Dictionary(
      uniqueKeysWithValues: registry.read().joined().split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
        let parts = line.split(separator: " ")
        return (String(parts[0]), Double(parts[1]) ?? .nan)
      })
    #expect(Set(values.keys) == Set(ProcessMetrics.table.map(\.name)))
    let memory = try #require(values["process_resident_memory_bytes"])
    #expect(memory > 1_000_000 && memory < (values["process_virtual_memory_bytes"] ?? 0))
    let descriptors = try #require(values["process_open_fds"])
    #expect(descriptors >= 3 && descriptors <= (values["process_max_fds"] ?? 0))
    #expect((values["process_threads"] ?? 0) >= 1)
    let start = try #require(values["process_start_time_seconds"])
    let now = Double(time(nil))
    #expect(start < now + 2 && start > now - 86400)
  }
}
