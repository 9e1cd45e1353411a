@testable import Controller
import HTTP
import Kubernetes
import Logging
import Support
import TestSupport
import Testing

@Suite("The writer of statuses")
struct StatusWriterTests {
  private static let stored = #"{"metadata": {"name": "betting", "namespace": "dev", "resourceVersion": "7"}}"#

  private static func writer(to server: HTTPServer, _ http: HTTPClient, epoch: Int64? = nil) -> StatusWriter {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return StatusWriter(
      client: KubernetesClient(
        configuration: KubernetesConfiguration(server: server.url), http: http, logger: logger), epoch: epoch)
  }

  /// A server that refuses the first patches as overtaken by others.
  private static func write(
    conflicts: Int
  ) async throws -> (outcome: StatusWriter.Outcome?, patches: Int, KubernetesError?) {
    let left = Guarded(conflicts)
    let server = try HTTPServer { _, exchange in
      let isRefused = left.withLock { left in
        left -= 1
        return left >= 0
      }
      exchange.respond(
        status: isRefused ? 409 : 200,
        json: isRefused
          ? #"{"kind": "Status", "status": "Failure", "reason": "Conflict", "message": "overtaken", "code": 409}"#
          : Self.stored)
    }
    let http = HTTPClient()
    let writer = Self.writer(to: server, http, epoch: 4)
    var status = CitusMigrationStatus()
    status.leaderEpoch = 4
    var outcome: StatusWriter.Outcome?
    var failure: KubernetesError?
    do throws(KubernetesError) {
      outcome = try await writer.write(
        status, of: CitusMigration(metadata: Samples.metadata(), spec: Samples.spec()))
    } catch {
      failure = error
    }
    await http.close()
    return (outcome, server.requests.count { $0.method == "PATCH" }, failure)
  }

  @Test("sends a report again that others have overtaken, and gives none up for lost", arguments: [0, 1, 2])
  func overtaken(conflicts: Int) async throws {
    let (outcome, patches, failure) = try await Self.write(conflicts: conflicts)
    #expect(outcome == .written && patches == conflicts + 1 && failure == nil)
  }

  @Test("keeps what it wrote until an object shows it, and not for another object of the name")
  func released() async throws {
    let server = try HTTPServer { _, exchange in exchange.respond(status: 200, json: Self.stored) }
    let http = HTTPClient()
    let writer = Self.writer(to: server, http)
    var object = CitusMigration(metadata: Samples.metadata(), spec: Samples.spec())
    var status = CitusMigrationStatus()
    status.summary = "Applied"
    func write() async throws {
      object.metadata.resourceVersion = "6"
      _ = try await writer.write(status, of: object)
    }
    try await write()
    writer.release(object)
    #expect(writer.current(object) == status)
    let older = object
    object.metadata.resourceVersion = "7"
    writer.release(object)
    #expect(writer.current(older) == nil)
    try await write()
    #expect(writer.current(older) == status)
    object.metadata.uid = "another"
    writer.release(object)
    #expect(writer.current(older) == nil)
    await http.close()
  }

  @Test("that is always overtaken fails for the moment, and not like one whose object is gone")
  func always() async throws {
    let (outcome, patches, failure) = try await Self.write(conflicts: 100)
    #expect(outcome == nil && patches < 10)
    #expect(failure?.code == .server && failure?.isTransient == true)
  }
}
