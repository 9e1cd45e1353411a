import TestSupport
import Testing

/// These change the resource definition, so they have an API server of their own.
@Suite("A resource definition of another version", .serialized, .onRealParts, .statesCitus, .ownAPIServer)
struct DefinitionVersionTests {
  private static let properties = "/spec/versions/0/schema/openAPIV3Schema/properties"

  private static func with(_ patch: String, _ body: (World, RunningProcess) async throws -> Void) async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    try await World.with(workers: 0, kubernetes: try await .prepare(kubeconfig: local.kubeconfig)) { world in
      try await world.kubectl("patch", "crd", "citusmigrations.whimbrel.dev", "--type=json", "-p", "[\(patch)]")
      _ = try await world.runController { controller in
        try await world.applyFiles(Trace.files(1))
        try await body(world, controller)
      }
    }
  }

  @Test("that is older than the controller is told in the log and by a metric: fields of the status do not come back")
  func older() async throws {
    try await Self.with(#"{"op": "remove", "path": "\#(Self.properties)/status/properties/applied"}"#) {
      world, controller in
      try await world.applyMigration()
      try await world.waitUntilReady()
      try await controller.waitForOutput("the resource definition is older than this controller")
      #expect(controller.output.contains("fields=status.applied"))
      #expect(try await world.migration().status?.applied == nil)
    }
  }

  @Test("that is newer stalls a resource that uses what the controller does not know, instead of passing it over")
  func newer() async throws {
    let field = #"{"type": "string", "maxLength": 16}"#
    try await Self.with(#"{"op": "add", "path": "\#(Self.properties)/spec/properties/futureGate", "value": \#(field)}"#)
    {
      world, _ in
      // The server takes a moment until it serves the new schema.
      _ = try await eventually("the field is kept") {
        try await world.applyMigration { $0.more.append("futureGate: closed") }
        return try await world.kubectl("get", "cmig", "app", "-o", "jsonpath={.spec.futureGate}") == "closed"
          ? true : nil
      }
      let stalled = try await world.wait(forReason: "InvalidSpec")
      #expect(stalled.ready?.message.contains("spec.futureGate: this controller does not know the field") == true)
      try await world.applyMigration()
      try await world.waitUntilReady()
    }
  }
}
