import HTTP
import Kubernetes
import Logging
import Support
import TestSupport

/// A client of a scripted server, with what both need.
struct ScriptedAPI {
  let server: HTTPServer
  let http = HTTPClient()
  let client: KubernetesClient

  init(
    authentication: KubernetesConfiguration.Authentication = .none, time: TimeSource = .system,
    limits: KubernetesClient.Limits = KubernetesClient.Limits(),
    observer: (@Sendable (APICallRecord) -> Void)? = nil, _ handler: @escaping HTTPServer.Handler
  ) throws {
    server = try HTTPServer(handler: handler)
    let configuration = KubernetesConfiguration(server: server.url, authentication: authentication)
    client = KubernetesClient(
      configuration: configuration, http: http, logger: .quiet, limits: limits, time: time,
      observer: observer)
  }

  func close() async {
    server.stop()
    await http.close()
  }
}

extension Logger {
  static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension HTTPServerExchange {
  /// A Status object as the API server sends it.
  func status(_ code: Int, _ reason: String, _ message: String = "", headers: [(String, String)] = []) {
    respond(status: code, headers: headers, body: Array(Self.statusJSON(code, reason, message).utf8))
  }

  static func statusJSON(_ code: Int, _ reason: String, _ message: String = "") -> String {
    #"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"\#(message)","reason":"\#(reason)","#
      + #""code":\#(code)}"#
  }

  /// A list of ConfigMaps, each with its version.
  func list(_ items: [(String, Int)], version: Int, continuing: String? = nil) {
    let objects = items.map { Self.configMap($0.0, $0.1) }.joined(separator: ",")
    let token = continuing.map { #","continue":"\#($0)""# } ?? ""
    respond(
      status: 200,
      json: #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"\#(version)"\#(token)},"items":[\#(objects)]}"#)
  }

  static func configMap(_ name: String, _ version: Int) -> String {
    #"{"kind":"ConfigMap","metadata":{"namespace":"dev","name":"\#(name)","uid":"u-\#(name)","#
      + #""resourceVersion":"\#(version)"},"data":{"v":"\#(version)"}}"#
  }

  static func event(_ type: String, _ object: String) -> String {
    #"{"type":"\#(type)","object":\#(object)}"# + "\n"
  }

  static func bookmark(_ version: Int) -> String {
    event("BOOKMARK", #"{"kind":"ConfigMap","metadata":{"resourceVersion":"\#(version)","creationTimestamp":null}}"#)
  }
}

/// Runs an operation and hands out the error that it must throw.
func failure<Value>(
  _ operation: () async throws(KubernetesError) -> Value
) async -> KubernetesError? {
  do throws(KubernetesError) {
    _ = try await operation()
    return nil
  } catch {
    return error
  }
}
