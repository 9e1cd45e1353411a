/// What the kernel says of this process, as Prometheus' `process_*` metrics.
struct ProcessStatistics: Sendable, Equatable {
  var cpuSeconds: Double
  /// Seconds since 1970 at which the process began.
  var startTime: Double
  var virtualMemory: Double
  var residentMemory: Double
  var threads: Double

  /// Reads `/proc/self/stat` and the line `btime` of `/proc/stat`; nil if they are not as proc(5) describes them.
  ///
  /// - Parameters:
  ///   - ticks: clock ticks a second, `sysconf(_SC_CLK_TCK)`.
  ///   - pageSize: bytes a page.
  init?(stat: String, systemStat: String, ticks: Double, pageSize: Double) {
    // The second field is the program's name in brackets, with any character in it.
    guard let end = stat.lastIndex(of: ")"), ticks > 0 else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    // proc(5) counts from 1, and the first field here is its third.
    func field(_ number: Int) -> Double? { fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil }
    guard let user = field(14), let system = field(15), let threads = field(20), let start = field(22),
      let virtual = field(23), let resident = field(24),
      let boot = systemStat.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }).flatMap({
        Double($0.dropFirst(6))
      })
    else { return nil }
    cpuSeconds = (user + system) / ticks
    startTime = boot + start / ticks
    virtualMemory = virtual
    residentMemory = resident * pageSize
    self.threads = threads
  }
}
