import HTTP
import Logging
import ServiceLifecycle
import Support
import TestSupport
import Testing

@testable import Operations

/// A dashboard over what a test says, with its server.
final class DashboardLab: Sendable {
  let revision = Guarded(1)
  let size = Guarded(10)
  let isReady = Guarded(true)
  /// By token; everybody may while it is empty.
  let permissions = Guarded<[String: DashboardPermission]>([:])
  let asked = Guarded(0)
  private let changed = Signal()

  private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  func change() {
    revision.withLock { $0 += 1 }
    changed.send()
  }

  private func permission(_ token: Redacted<String>?) -> DashboardPermission {
    asked.withLock { $0 += 1 }
    let known = permissions.withLock { $0 }
    if known.isEmpty { return .granted }
    return token.flatMap { known[$0.reveal()] } ?? .unauthenticated("say \"who\" you are")
  }

  private func news(_ topic: DashboardTopic, _ since: String?) -> DashboardNews {
    guard topic == .board else { return .missing }
    let id = "a-\(revision.withLock { $0 })"
    let text = String(repeating: "x", count: size.withLock { $0 })
    return id == since ? .unchanged : .document(id: id, json: Array("{\"id\":\"\(id)\",\"x\":\"\(text)\"}".utf8))
  }

  private var source: DashboardSource {
    DashboardSource(
      files: [
        "/": DashboardFile(
          contentType: "text/html; charset=utf-8", bytes: Array("<!doctype html>".utf8), tag: "\"t\"")
      ],
      isReady: { self.isReady.withLock { $0 } }, permission: { self.permission($0) }, news: { self.news($0, $1) },
      follow: { onChange in
        while !Task.isCancelled {
          await self.changed.wait()
          onChange()
        }
      })
  }

  /// Serves while `body` runs, then stops gracefully.
  func serving(
    _ change: (inout DashboardLimits) -> Void = { _ in },
    _ body: @Sendable (_ url: String, _ server: DashboardServer) async throws -> Void
  ) async throws {
    var limits = DashboardLimits()
    limits.pace = .milliseconds(5)
    change(&limits)
    let server = try DashboardServer(
      address: #require(OperationsAddress("127.0.0.1:0")), source: source, limits: limits, logger: Self.silent)
    let group = ServiceGroup(services: [server], logger: Self.silent)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let port = try await eventually("it listens") { server.port }
      try await body("http://127.0.0.1:\(port)", server)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}

/// A reader of a stream: the events as they come.
struct EventReader {
  private var bytes: HTTPBody.Iterator
  private var text = ""

  init(_ body: HTTPBody) {
    bytes = body.makeAsyncIterator()
  }

  /// The lines of the next event; nil at the end.
  mutating func next() async throws -> String? {
    while true {
      if let end = text.firstRange(of: "\n\n") {
        let event = String(text[..<end.lowerBound])
        text.removeSubrange(..<end.upperBound)
        return event
      }
      guard let chunk = try await bytes.next(isolation: nil) else { return nil }
      text += String(decoding: chunk, as: UTF8.self)
    }
  }

  /// Reads until an event begins like this; false at the end.
  mutating func skip(to start: String) async throws -> Bool {
    while let event = try await next() { if event.hasPrefix(start) { return true } }
    return false
  }
}
