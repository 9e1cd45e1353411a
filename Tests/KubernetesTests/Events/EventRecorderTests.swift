import FoundationEssentials
import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite("Recording events", .timeLimit(.minutes(5)))
struct EventRecorderTests {
  private static let object = ObjectReference(apiVersion: "v1", kind: "ConfigMap", namespace: "dev", name: "app")

  private let dropped = Guarded(0)

  private func recorder(_ api: ScriptedAPI) -> EventRecorder {
    EventRecorder(
      client: api.client, controller: "whimbrel.dev/c", instance: "c-1",
      wallClock: WallClock { Timestamp(microseconds: 1_000_000) }, logger: .quiet,
      onDrop: { [dropped] count in dropped.withLock { $0 += count } })
  }

  private var droppedCount: Int { dropped.withLock { $0 } }

  /// Answers as a server that stores events.
  @Sendable private static func accept(_ request: HTTPServerRequest, _ exchange: HTTPServerExchange) {
    exchange.respond(status: 200, body: request.method == "PATCH" ? Array(#"{"metadata":{}}"#.utf8) : request.body)
  }

  private func record(_ recorder: EventRecorder, _ note: String) {
    recorder.record(.normal, reason: "Applied", action: "Migrate", note: note, regarding: Self.object)
  }

  private func notes(_ server: HTTPServer) -> [String] {
    server.requests.map { request in
      let event = try? JSONDecoder().decode(Event.self, from: Data(request.body))
      return event?.note ?? "\(request.method) \(String(decoding: request.body, as: UTF8.self))"
    }
  }

  @Test("what is recorded is written in order, repetitions as a series")
  func writes() async throws {
    let api = try ScriptedAPI(time: ManualTime().source, Self.accept)
    let recorder = recorder(api)
    record(recorder, "one")
    let running = Task { await recorder.run() }
    #expect(try await eventually { api.server.requests.count == 1 })
    for note in ["two", "one", "one"] { record(recorder, note) }
    #expect(try await eventually { api.server.requests.count == 3 })
    let requests = api.server.requests
    #expect(requests.map(\.method) == ["POST", "POST", "PATCH"])
    #expect(requests[0].path == "/apis/events.k8s.io/v1/namespaces/dev/events")
    #expect(requests[2].header("Content-Type") == "application/merge-patch+json")
    #expect(String(decoding: requests[2].body, as: UTF8.self).contains(#""count":2"#))
    running.cancel()
    await running.value
    // The third occurrence was only counted until the end.
    let last = try #require(api.server.requests.last)
    #expect(String(decoding: last.body, as: UTF8.self).contains(#""count":3"#))
    #expect(droppedCount == 0)
    await api.close()
  }

  @Test("recording never waits: what does not fit the queue is dropped and counted")
  func full() async throws {
    let api = try ScriptedAPI(Self.accept)
    let recorder = recorder(api)
    for index in 0..<(EventRecorder.queueLimit + 7) { record(recorder, "\(index)") }
    #expect(droppedCount == 7)
    #expect(api.server.requests.isEmpty)
    await api.close()
  }

  @Test("what is queued at the end is still written")
  func last() async throws {
    let api = try ScriptedAPI(time: ManualTime().source, Self.accept)
    let recorder = recorder(api)
    for note in ["one", "two", "three"] { record(recorder, note) }
    let running = Task { await recorder.run() }
    running.cancel()
    await running.value
    #expect(notes(api.server) == ["one", "two", "three"])
    await api.close()
  }

  @Test("a server that does not answer holds the end up for two seconds, no longer, and the loss is counted")
  func silentEnd() async throws {
    let time = ManualTime()
    let api = try ScriptedAPI(time: time.source) { _, exchange in exchange.waitForClose() }
    let recorder = recorder(api)
    record(recorder, "one")
    let running = Task { await recorder.run() }
    #expect(try await eventually { api.server.requests.count == 1 })
    running.cancel()
    #expect(try await eventually { time.sleeperCount == 1 })
    time.advance(by: .seconds(2))
    await running.value
    #expect(droppedCount == 1)
    await api.close()
  }

  @Test("a server that fails is tried again; one that refuses is not")
  func failures() async throws {
    let count = Guarded(0)
    let time = InstantTime()
    let api = try ScriptedAPI(time: time.source) { request, exchange in
      let number = count.withLock { count in
        count += 1
        return count
      }
      switch number {
      case 1, 2: exchange.status(500, "InternalError")
      case 4: exchange.status(403, "Forbidden")
      default: Self.accept(request, exchange)
      }
    }
    let recorder = recorder(api)
    for note in ["one", "two", "three"] { record(recorder, note) }
    let running = Task { await recorder.run() }
    // The pause of a minute comes when everything is done.
    #expect(try await eventually { time.sleeps.contains(.seconds(60)) })
    running.cancel()
    await running.value
    #expect(notes(api.server) == ["one", "one", "one", "two", "three"])
    #expect(Array(time.sleeps.prefix(2)) == [.seconds(1), .seconds(2)])
    #expect(droppedCount == 1)
    await api.close()
  }

  @Test("a series whose Event is gone is created anew, and one that is there already is no failure")
  func gone() async throws {
    let api = try ScriptedAPI(time: ManualTime().source) { request, exchange in
      if request.method == "PATCH" { exchange.status(404, "NotFound") } else { exchange.status(409, "AlreadyExists") }
    }
    let recorder = recorder(api)
    for note in ["one", "one"] { record(recorder, note) }
    let running = Task { await recorder.run() }
    #expect(try await eventually { api.server.requests.count == 3 })
    running.cancel()
    await running.value
    // What was under way when the end came may have been written once more.
    #expect(api.server.requests.prefix(3).map(\.method) == ["POST", "PATCH", "POST"])
    #expect(droppedCount == 0)
    await api.close()
  }
}
