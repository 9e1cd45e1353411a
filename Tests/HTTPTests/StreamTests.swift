import HTTP
import Support
import TestSupport
import Testing

@Suite("streams", .timeLimit(.minutes(5)))
struct StreamTests {
  @Test("chunks arrive while the response is still open")
  func streaming() async throws {
    let exchanges = AsyncStream.makeStream(of: HTTPServerExchange.self)
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      exchanges.continuation.yield(exchange)
      exchange.waitForClose()
    }) { server, client in
      let response = try await client.send(HTTPRequest(url: server.url))
      var served = exchanges.stream.makeAsyncIterator()
      let exchange = try #require(await served.next())
      var reader = response.body.makeAsyncIterator()
      for text in ["one", "two", "three"] {
        exchange.chunk(text)
        #expect(try await reader.next() == Array(text.utf8))
      }
    }
  }

  @Test("200 MiB go through a limit of 256 KiB, and no more than that waits")
  func backPressure() async throws {
    let megabyte = [UInt8](repeating: 0x61, count: 1 << 20)
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      for _ in 0..<200 { exchange.chunk(megabyte) }
    }) { server, client in
      let start = ContinuousClock.now
      let response = try await client.send(HTTPRequest(url: server.url))
      var total = 0
      for try await chunk in response.body { total += chunk.count }
      let most = response.body.mostBuffered
      print("200 MiB in \(ContinuousClock.now - start), most buffered \(most) bytes")
      #expect(total == 200 << 20)
      #expect(most <= 256 * 1024 + 16 * 1024)
    }
  }

  @Test("a reader that stops reading stops the sender")
  func slowReader() async throws {
    let sent = Guarded(0)
    let megabyte = [UInt8](repeating: 0x61, count: 1 << 20)
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      while exchange.chunk(megabyte) { sent.withLock { $0 += 1 } }
    }) { server, client in
      let response = try await client.send(HTTPRequest(url: server.url, bodyBufferLimit: 64 * 1024))
      // The sender has come to rest when its count does not move any more.
      var last = -1
      while true {
        let now = sent.withLock { $0 }
        if now == last { break }
        last = now
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(last < 32)
      #expect(response.body.mostBuffered <= 80 * 1024)
      #expect(response.body.mostBuffered >= 64 * 1024)
    }
  }

  @Test("a dropped body closes the connection")
  func dropped() async throws {
    let closes = AsyncStream.makeStream(of: Bool.self)
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      exchange.chunk("first")
      closes.continuation.yield(exchange.waitForClose(seconds: 60))
    }) { server, client in
      do {
        let response = try await client.send(HTTPRequest(url: server.url))
        for try await _ in response.body { break }
      }
      var seen = closes.stream.makeAsyncIterator()
      #expect(await seen.next() == true)
    }
  }

  @Test("cancelling a task that reads closes the connection and throws .cancelled")
  func cancelReading() async throws {
    let closes = AsyncStream.makeStream(of: Bool.self)
    let started = AsyncStream.makeStream(of: Void.self)
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      closes.continuation.yield(exchange.waitForClose(seconds: 60))
    }) { server, client in
      let response = try await client.send(HTTPRequest(url: server.url))
      let reading = Task {
        started.continuation.yield()
        return await errorCode { () throws(HTTPError) in _ = try await response.body.collect(upTo: 10) }
      }
      var begun = started.stream.makeAsyncIterator()
      await begun.next()
      reading.cancel()
      #expect(await reading.value == .cancelled)
      var seen = closes.stream.makeAsyncIterator()
      #expect(await seen.next() == true)
    }
  }

  @Test("cancelling a task that waits for the headers closes the connection and throws .cancelled")
  func cancelSending() async throws {
    let closes = AsyncStream.makeStream(of: Bool.self)
    let arrived = AsyncStream.makeStream(of: Void.self)
    try await withServer({ _, exchange in
      arrived.continuation.yield()
      closes.continuation.yield(exchange.waitForClose(seconds: 60))
      exchange.tear()
    }) { server, client in
      let url = server.url
      let sending = Task {
        await errorCode { () throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) }
      }
      var begun = arrived.stream.makeAsyncIterator()
      await begun.next()
      sending.cancel()
      #expect(await sending.value == .cancelled)
      var seen = closes.stream.makeAsyncIterator()
      #expect(await seen.next() == true)
    }
  }

  @Test("a request of a task that is already cancelled is never sent")
  func cancelledBefore() async throws {
    try await withServer({ _, exchange in exchange.respond(status: 200) }) { server, client in
      let url = server.url
      let sending = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return await errorCode { () throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) }
      }
      #expect(await sending.value == .cancelled)
      _ = try await client.send(HTTPRequest(url: url + "/after"))
      #expect(server.requests.map(\.target) == ["/after"])
    }
  }

  @Test("cancelled at any moment, a request ends exactly once")
  func cancelStorm() async throws {
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      for _ in 0..<20 { exchange.chunk("some text") }
    }) { server, client in
      let url = server.url
      var outcomes: [String: Int] = [:]
      await withTaskGroup(of: String.self) { group in
        for number in 0..<400 {
          group.addTask {
            let task = Task { () -> String in
              do throws(HTTPError) {
                let response = try await client.send(HTTPRequest(url: url))
                let count = try await response.body.collect(upTo: 1000).count
                return count == 180 ? "whole" : "torn: \(count)"
              } catch {
                return "\(error.code)"
              }
            }
            for _ in 0..<(number % 40) { await Task.yield() }
            task.cancel()
            return await task.value
          }
          if number % 20 == 19 { for _ in 0..<20 { outcomes[await group.next() ?? "", default: 0] += 1 } }
        }
      }
      print("cancel storm: \(outcomes)")
      #expect(outcomes.values.reduce(0, +) == 400)
      #expect(Set(outcomes.keys).isSubset(of: ["whole", "cancelled"]))
    }
  }

  @Test("collect refuses a body that is longer than allowed")
  func collectLimit() async throws {
    try await withServer({ _, exchange in
      exchange.respond(status: 200, body: [UInt8](repeating: 1, count: 101))
    }) { server, client in
      let short = try await client.send(HTTPRequest(url: server.url))
      let error = try await httpError { _ = try await short.body.collect(upTo: 100) }
      #expect(error.code == .bodyTooLarge)
      #expect(!error.isTransient)
      let enough = try await client.send(HTTPRequest(url: server.url))
      #expect(try await enough.body.collect(upTo: 101).count == 101)
    }
  }

  @Test("a body has one reader at a time")
  func oneReader() async throws {
    try await withServer({ _, exchange in
      exchange.startChunked(status: 200)
      exchange.waitForClose()
    }) { server, client in
      let response = try await client.send(HTTPRequest(url: server.url))
      let codes = await withTaskGroup(of: HTTPError.Code?.self) { group in
        for _ in 0..<2 {
          group.addTask {
            do throws(HTTPError) {
              _ = try await response.body.collect(upTo: 1)
              return nil
            } catch {
              return error.code
            }
          }
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        let second = await group.next() ?? nil
        return [first, second]
      }
      #expect(codes == [.invalidRequest, .cancelled])
    }
  }
}
