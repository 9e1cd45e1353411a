internal import Glibc

/// The `process_*` metrics that Prometheus' client libraries have in common, read anew for every reading.
package struct ProcessMetrics: Sendable {
  /// All of them.
  package static let table: [MetricDefinition] = [
    MetricDefinition(
      "process_cpu_seconds_total", .counter, help: "User and system CPU time of the process, in seconds."),
    MetricDefinition("process_max_fds", .gauge, help: "How many file descriptors the process may have open."),
    MetricDefinition("process_open_fds", .gauge, help: "How many file descriptors the process has open."),
    MetricDefinition("process_resident_memory_bytes", .gauge, help: "Memory of the process that is in RAM, in bytes."),
    MetricDefinition(
      "process_start_time_seconds", .gauge, help: "When the process began, in seconds since 1970-01-01T00:00:00Z."),
    MetricDefinition("process_threads", .gauge, help: "How many threads the process has."),
    MetricDefinition("process_virtual_memory_bytes", .gauge, help: "Address space of the process, in bytes."),
  ]

  /// Adds them to a registry.
  package static func add(to registry: MetricRegistry) {
    let cpu = registry.counter(table[0])
    let gauges = table.dropFirst().map { registry.gauge($0) }
    registry.collect("process") {
      let statistics = current()
      if let statistics { cpu.family.change([]) { $0.set(statistics.cpuSeconds) } }
      let values: [Double?] = [
        maximumDescriptors(), openDescriptors(), statistics?.residentMemory, statistics?.startTime, statistics?.threads,
        statistics?.virtualMemory,
      ]
      for (gauge, value) in zip(gauges, values) {
        if let value { gauge.set(value) }
      }
    }
  }

  // procfs answers from the kernel's memory: these reads wait for no device.
  private static func current() -> ProcessStatistics? {
    guard let stat = text(of: "/proc/self/stat"), let systemStat = text(of: "/proc/stat") else { return nil }
    return ProcessStatistics(
      stat: stat, systemStat: systemStat, ticks: Double(sysconf(CInt(_SC_CLK_TCK))),
      pageSize: Double(sysconf(CInt(_SC_PAGESIZE))))
  }

  private static func text(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // /proc/stat has a line for each processor before the one that is wanted.
    var bytes: [UInt8] = []
    while bytes.count < 1 << 20 {
      let chunk = [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
      }
      if chunk.isEmpty { break }
      bytes += chunk
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func maximumDescriptors() -> Double? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    return Double(limit.rlim_cur)
  }

  private static func openDescriptors() -> Double? {
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while let entry = readdir(directory) {
      // "." and ".." are no descriptors.
      if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
    }
    return Double(count - 1)  // The directory itself is open too.
  }
}
