import Support
import TestSupport
import Testing

@testable import Kubernetes

@Suite("The log of a pod", .timeLimit(.minutes(5)))
struct PodLogTests {
  @Test(
    "has lines with the time in front, in any zone",
    arguments: [
      ("2026-01-02T03:04:05.000006789Z hello there", "2026-01-02T03:04:05.000006Z", "hello there"),
      ("2026-01-02T03:04:05Z ", "2026-01-02T03:04:05.000000Z", ""),
      ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z", ""),
      ("2026-01-02T05:34:05.5+02:30 x", "2026-01-02T03:04:05.500000Z", "x"),
      ("2026-01-01T22:04:05.5-05:00  x", "2026-01-02T03:04:05.500000Z", " x"),
      ("no time", nil, "no time"), ("", nil, ""), ("+01:00 x", nil, "+01:00 x"),
      ("2026-01-02T03:04:05+0x:00 x", nil, "2026-01-02T03:04:05+0x:00 x"),
    ] as [(String, String?, String)])
  func line(text: String, time: String?, rest: String) {
    let line = PodLogLine(text)
    #expect(line.time?.rfc3339Microseconds == time)
    #expect(line.text == rest)
  }

  @Test("is asked for as the server takes it, and read however it is cut, its last line without an end too")
  func read() async throws {
    let text = "2026-01-02T03:04:05Z one\n2026-01-02T03:04:06Z two ü\n2026-01-02T03:04:07Z three"
    let api = try ScriptedAPI { _, exchange in
      exchange.startChunked(status: 200)
      for byte in Array(text.utf8) { exchange.chunk([byte]) }
    }
    var selection = PodLogSelection()
    selection.container = "controller"
    selection.follows = true
    selection.since = .milliseconds(1500)
    selection.tailLines = 5
    selection.sinceTime = Timestamp(rfc3339: "2026-01-02T03:04:05.5Z")
    selection.limitBytes = 100
    var lines: [String] = []
    for try await line in try await api.client.log(of: ObjectKey(namespace: "ns", name: "p/1"), selection) {
      lines.append(line.text)
    }
    #expect(lines == ["one", "two ü", "three"])
    #expect(
      api.server.requests.first?.target
        == "/api/v1/namespaces/ns/pods/p%2F1/log?container=controller&follow=true&timestamps=true&sinceSeconds=2"
        + "&sinceTime=2026-01-02T03%3A04%3A05Z&tailLines=5&limitBytes=100")
    await api.close()
  }

  @Test("that may not be read names the verb, the resource and the namespace")
  func forbidden() async throws {
    let api = try ScriptedAPI { _, exchange in exchange.status(403, "Forbidden", "no") }
    let error = await #expect(throws: KubernetesError.self) {
      _ = try await api.client.log(of: ObjectKey(namespace: "ns", name: "p"))
    }
    #expect(
      error?.message.contains(#"a Role in namespace 'ns'"#) == true
        && error?.message.contains(#"resources ["pods/log"], verbs ["get"]"#) == true)
    await api.close()
  }

  @Test("with a line of more than 1 MiB is an error, not memory")
  func bound() async throws {
    let api = try ScriptedAPI { _, exchange in
      exchange.startChunked(status: 200)
      exchange.chunk([UInt8](repeating: 65, count: 2 << 20))
    }
    let error = await #expect(throws: KubernetesError.self) {
      for try await _ in try await api.client.log(of: ObjectKey(namespace: "ns", name: "p")) {}
    }
    #expect(error?.code == .decoding)
    await api.close()
  }
}
