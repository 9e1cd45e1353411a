@testable import Controller
import Logging
import Support
import Telemetry
import Testing

@Suite("Fields that the API server drops from a status")
struct PrunedFieldsTests {
  private struct Recorder: LogHandler {
    let lines: Guarded<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.withLock { $0.append("\(event.level): \(event.metadata?["fields"].map { "\($0)" } ?? "")") }
    }
  }

  @Test("are told once each as an error, and shown as long as they are dropped")
  func told() {
    let lines = Guarded<[String]>([])
    let registry = MetricRegistry()
    let pruned = PrunedFields(
      logger: Logger(label: "test") { _ in Recorder(lines: lines) }, metrics: ControllerMetrics(registry))
    func gauge() -> Bool { registry.read().joined().contains("\nwhimbrel_definition_outdated 1\n") }
    let sent = Samples.fullStatus()
    var stored = sent
    pruned.compare(sent, stored: stored)
    #expect(lines.withLock { $0 } == [] && !gauge())
    stored.drift = nil
    pruned.compare(sent, stored: stored)
    stored.applied = nil
    pruned.compare(sent, stored: stored)
    #expect(lines.withLock { $0 } == ["error: status.drift", "error: status.applied"] && gauge())
    pruned.compare(sent, stored: sent)
    #expect(!gauge(), "the definition was brought up to date")
  }
}
