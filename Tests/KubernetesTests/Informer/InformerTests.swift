import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite("An informer on a scripted server", .timeLimit(.minutes(5)))
struct InformerTests {
  /// Answers each request by the next entry of a script; after its end, watches stay open.
  private static func script(
    _ entries: [@Sendable (HTTPServerRequest, HTTPServerExchange) -> Void]
  ) -> HTTPServer.Handler {
    let next = Guarded(0)
    return { request, exchange in
      let index = next.withLock { next in
        defer { next += 1 }
        return next
      }
      if index < entries.count { return entries[index](request, exchange) }
      exchange.startChunked(status: 200)
      exchange.waitForClose()
    }
  }

  private static func events(_ lines: [String]) -> @Sendable (HTTPServerRequest, HTTPServerExchange) -> Void {
    { _, exchange in
      exchange.startChunked(status: 200)
      for line in lines { exchange.chunk(line) }
    }
  }

  private static func event(_ type: String, _ name: String, _ version: Int) -> String {
    HTTPServerExchange.event(type, HTTPServerExchange.configMap(name, version))
  }

  private func names(_ informer: Informer<ConfigMap>) -> [String] {
    informer.store.snapshot.values.map { "\($0.metadata.name)@\($0.metadata.resourceVersion ?? "")" }.sorted()
  }

  /// Runs an informer on a script until a condition holds.
  private func run(
    _ entries: [@Sendable (HTTPServerRequest, HTTPServerExchange) -> Void], pageSize: Int = 500,
    until condition: @escaping @Sendable (Informer<ConfigMap>, HTTPServer) -> Bool
  ) async throws -> (informer: Informer<ConfigMap>, targets: [String], sleeps: [Duration]) {
    let time = InstantTime()
    let api = try ScriptedAPI(time: time.source, Self.script(entries))
    let informer = Informer(
      ConfigMap.self, client: api.client, scope: .init(namespace: "dev"), pageSize: pageSize,
      watchTimeout: .seconds(60), logger: .quiet, random: { 0 })
    let running = Task { await failure { () throws(KubernetesError) in try await informer.run() } }
    #expect(try await eventually { condition(informer, api.server) })
    running.cancel()
    #expect(await running.value?.code == .cancelled)
    let targets = api.server.requests.map { request in
      let query = request.query
      return query["watch"] == nil
        ? "list \(query["continue"] ?? "")" : "watch \(query["resourceVersion"] ?? "")"
    }
    await api.close()
    return (informer, targets, time.sleeps)
  }

  @Test("the store is filled from all pages at once, then follows the events")
  func follows() async throws {
    let result = try await run(
      [
        { _, exchange in exchange.list([("a", 1), ("b", 2)], version: 5, continuing: "p2") },
        { _, exchange in exchange.list([("c", 3)], version: 5) },
        Self.events([
          Self.event("ADDED", "d", 6), Self.event("MODIFIED", "a", 7), Self.event("DELETED", "b", 8),
          HTTPServerExchange.bookmark(20),
        ]),
      ], pageSize: 2, until: { _, server in server.requests.count == 4 })
    #expect(names(result.informer) == ["a@7", "c@3", "d@6"])
    #expect(result.targets == ["list ", "list p2", "watch 5", "watch 20"])
    #expect(result.informer.hasSynced)
  }

  @Test("a version that has expired leads to a new list, which finds the deletions that were missed")
  func expired() async throws {
    let result = try await run(
      [
        { _, exchange in exchange.list([("a", 1), ("b", 2)], version: 5) },
        Self.events([
          HTTPServerExchange.event("ERROR", HTTPServerExchange.statusJSON(410, "Expired"))
        ]),
        { _, exchange in exchange.list([("a", 1), ("c", 9)], version: 10) },
      ], until: { _, server in server.requests.count == 4 })
    #expect(names(result.informer) == ["a@1", "c@9"])
    #expect(result.targets == ["list ", "watch 5", "list ", "watch 10"])
    #expect(result.sleeps.isEmpty)
  }

  @Test("when the tokens of pages expire again and again, everything is asked for in one answer")
  func expiringPages() async throws {
    let page: @Sendable (HTTPServerRequest, HTTPServerExchange) -> Void = { _, exchange in
      exchange.list([("a", 1)], version: 5, continuing: "p2")
    }
    let expired: @Sendable (HTTPServerRequest, HTTPServerExchange) -> Void = { _, exchange in
      exchange.status(410, "Expired")
    }
    let result = try await run(
      [
        page, expired, page, expired,
        { request, exchange in
          #expect(request.query["limit"] == nil)
          exchange.list([("a", 1), ("b", 2)], version: 6)
        },
      ], pageSize: 1, until: { _, server in server.requests.count == 6 })
    #expect(names(result.informer) == ["a@1", "b@2"])
    #expect(result.targets == ["list ", "list p2", "list ", "list p2", "list ", "watch 6"])
    #expect(result.sleeps == [.milliseconds(800)])
    #expect(result.informer.timeSinceContact == .zero)
  }

  @Test("a 410 instead of a watch leads to a new list as well")
  func goneAtOnce() async throws {
    let result = try await run(
      [
        { _, exchange in exchange.list([("a", 1)], version: 5) },
        { _, exchange in exchange.status(410, "Gone") },
        { _, exchange in exchange.list([], version: 10) },
      ], until: { _, server in server.requests.count == 4 })
    #expect(names(result.informer).isEmpty)
    #expect(result.targets == ["list ", "watch 5", "list ", "watch 10"])
  }

  @Test("a torn stream is resumed from the last version, after a backoff, without a new list")
  func torn() async throws {
    let result = try await run(
      [
        { _, exchange in exchange.list([("a", 1)], version: 5) },
        { _, exchange in
          exchange.startChunked(status: 200)
          exchange.chunk(Self.event("MODIFIED", "a", 7))
          exchange.chunk(#"{"type":"#)
          exchange.tear()
        },
        Self.events([Self.event("MODIFIED", "a", 8)]),
      ], until: { _, server in server.requests.count == 4 })
    #expect(names(result.informer) == ["a@8"])
    #expect(result.targets == ["list ", "watch 5", "watch 7", "watch 8"])
    #expect(result.sleeps == [.milliseconds(800)])
  }

  @Test("429 and 500 on a watch keep the version, with growing backoff")
  func throttled() async throws {
    let result = try await run(
      [
        { _, exchange in exchange.list([("a", 1)], version: 5) },
        { _, exchange in exchange.status(429, "TooManyRequests") },
        { _, exchange in exchange.status(500, "InternalError") },
      ], until: { _, server in server.requests.count == 4 })
    #expect(result.targets == ["list ", "watch 5", "watch 5", "watch 5"])
    #expect(result.sleeps == [.milliseconds(800), .milliseconds(1600)])
  }

  @Test("a list that is refused is asked for again; nothing is synced before it succeeds")
  func refusedList() async throws {
    let result = try await run(
      [
        { _, exchange in exchange.status(403, "Forbidden") },
        { _, exchange in exchange.status(404, "NotFound") },
        { _, exchange in exchange.list([("a", 1)], version: 5) },
      ], until: { informer, _ in informer.hasSynced })
    #expect(result.sleeps == [.milliseconds(800), .milliseconds(1600)])
    #expect(names(result.informer) == ["a@1"])
  }

  @Test("an object that can no longer be decoded leaves the store, is named, and stops nothing")
  func undecodable() async throws {
    let bad = #"{"metadata":{"namespace":"dev","name":"a","resourceVersion":"6"},"data":7}"#
    let result = try await run(
      [
        { _, exchange in exchange.list([("a", 1)], version: 5) },
        Self.events([HTTPServerExchange.event("MODIFIED", bad), Self.event("ADDED", "b", 7)]),
      ], until: { _, server in server.requests.count == 3 })
    #expect(names(result.informer) == ["b@7"])
    #expect(result.informer.store.undecodable.keys.map(\.name) == ["a"])
    #expect(result.targets.last == "watch 7")
  }

  @Test("changed keys are told once until they are taken, deletions by a new list included")
  func changes() async throws {
    let api = try ScriptedAPI { _, exchange in exchange.status(500, "InternalError") }
    let informer = Informer(ConfigMap.self, client: api.client, logger: .quiet)
    func map(_ name: String, _ version: Int) -> ConfigMap {
      var map = ConfigMap(metadata: ObjectMetadata(name: name, namespace: "dev"))
      map.metadata.resourceVersion = "\(version)"
      return map
    }
    func drain(_ iterator: inout ChangedKeys.Iterator, _ count: Int) async -> [String] {
      var names: [String] = []
      for _ in 0..<count { if let key = await iterator.next() { names.append(key.name) } }
      return names.sorted()
    }
    var first = informer.changes().makeAsyncIterator()
    informer.replace(with: [map("a", 1), map("b", 2)], undecodable: [])
    informer.apply(.modified(map("a", 3)))
    informer.apply(.modified(map("a", 4)))
    #expect(await drain(&first, 2) == ["a", "b"])
    var second = informer.changes().makeAsyncIterator()
    #expect(await drain(&second, 2) == ["a", "b"])
    informer.replace(with: [map("a", 4), map("c", 9)], undecodable: [])
    #expect(await drain(&first, 2) == ["b", "c"])
    #expect(await drain(&second, 2) == ["b", "c"])
    informer.apply(.deleted(map("a", 10)))
    #expect(await drain(&first, 1) == ["a"])
    await api.close()
  }

  @Test("readers that wait are woken by a change, and end when they are cancelled or the informer goes")
  func readers() async throws {
    let api = try ScriptedAPI { _, exchange in exchange.status(500, "InternalError") }
    var informer: Informer<ConfigMap>? = Informer(ConfigMap.self, client: api.client, logger: .quiet)
    let keys = try #require(informer?.changes())
    let others = try #require(informer?.changes())
    let reader = Task {
      var names: [String] = []
      for await key in keys { names.append(key.name) }
      return names
    }
    let cancelled = Task { for await _ in others {} }
    cancelled.cancel()
    await cancelled.value
    informer?.apply(.added(ConfigMap(metadata: ObjectMetadata(name: "a", namespace: "dev"))))
    informer = nil
    #expect(await reader.value == ["a"])
    await api.close()
  }
}
