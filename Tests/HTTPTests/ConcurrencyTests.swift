import Glibc
import HTTP
import Support
import TestSupport
import Testing

@Suite("many streams", .timeLimit(.minutes(5)))
struct ConcurrencyTests {
  private static let count = 300

  @Test("300 open streams share one thread, and each can be cancelled alone and all at once")
  func manyStreams() async throws {
    let closes = AsyncStream.makeStream(of: Bool.self)
    let server = try HTTPServer { _, exchange in
      exchange.startChunked(status: 200)
      exchange.chunk("begin")
      closes.continuation.yield(exchange.waitForClose(seconds: 30))
      exchange.tear()
    }
    let client = HTTPClient(threadName: "http-300")
    let url = server.url
    let begun = AsyncStream.makeStream(of: Int.self)
    let readers = (0..<Self.count).map { number in
      Task {
        await errorCode { () throws(HTTPError) in
          let response = try await client.send(HTTPRequest(url: url))
          for try await _ in response.body { begun.continuation.yield(number) }
        }
      }
    }
    var starts = begun.stream.makeAsyncIterator()
    for _ in 0..<Self.count { _ = await starts.next() }
    #expect(server.openConnections == Self.count)
    #expect(threads(named: "http-300") == 1)

    var ends = closes.stream.makeAsyncIterator()
    let one = await ContinuousClock().measure {
      readers[7].cancel()
      #expect(await ends.next() == true)
    }
    #expect(await readers[7].value == .cancelled)
    let all = await ContinuousClock().measure {
      for reader in readers { reader.cancel() }
      for _ in 1..<Self.count { #expect(await ends.next() == true) }
    }
    for reader in readers { #expect(await reader.value == .cancelled) }
    print("until the server saw the close: one \(one), the other \(Self.count - 1) \(all)")
    await client.close()
    // The thread reports its end as its last action, and is gone a moment later; the time limit fails a thread that stays.
    while threads(named: "http-300") > 0 { try await Task.sleep(for: .milliseconds(1)) }
    server.stop()
  }

  /// Counts the threads of this process by name.
  private func threads(named name: String) -> Int {
    guard let folder = opendir("/proc/self/task") else { return -1 }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      let thread = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let file = fopen("/proc/self/task/\(thread)/comm", "r") else { continue }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 64)
      guard fgets(&line, 64, file) != nil else { continue }
      let text = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
      if String(decoding: text, as: UTF8.self) == name { count += 1 }
    }
    return count
  }
}
