internal import HTTP
package import Support

/// Which part of a container's log is read.
package struct PodLogSelection: Sendable {
  /// The container; nil where the pod has one only.
  package var container: String?
  /// Whether lines to come are waited for.
  package var follows = false
  /// The earliest line, as a time before now; rounded up to seconds.
  package var since: Duration?
  /// The earliest line, as a moment; rounded down to seconds.
  package var sinceTime: Timestamp?
  /// The most lines before now, the latest ones.
  package var tailLines: Int?
  /// The most bytes, the first ones.
  package var limitBytes: Int?

  /// The whole log as it is now.
  package init() {}
}

extension KubernetesClient {
  /// Reads the log of a container, which the API server fetches from the kubelet.
  ///
  /// A log that is followed and silent for five minutes ends with a transient error: begin again behind the last line.
  /// - Throws: `KubernetesError`; `badRequest` while the container has not started.
  package func log(
    of pod: ObjectKey, _ selection: PodLogSelection = PodLogSelection()
  ) async throws(KubernetesError) -> PodLogStream {
    let seconds = selection.since.map { max(1, Int64(($0.wholeMilliseconds + 999) / 1000)) }
    let query: [(String, String?)] = [
      ("container", selection.container), ("follow", selection.follows ? "true" : nil), ("timestamps", "true"),
      ("sinceSeconds", seconds.map { "\($0)" }), ("sinceTime", selection.sinceTime?.rfc3339),
      ("tailLines", selection.tailLines.map { "\($0)" }), ("limitBytes", selection.limitBytes.map { "\($0)" }),
    ]
    var call = APICall(
      "get", "GET", Pod.self, namespace: pod.namespace, name: try checked(Pod.self, pod.name, pod.namespace),
      subresource: "log", query: query)
    call.idleTimeout = selection.follows ? .seconds(300) : limits.listTimeout
    let response = try await perform(call)
    return PodLogStream(body: response.body, call: call.name)
  }
}

/// A line of a container's log, and when the node wrote it down.
package struct PodLogLine: Sendable, Equatable {
  /// To the microsecond; nil where the node gave none that is understood.
  package let time: Timestamp?
  /// The line without its end.
  package let text: String

  /// Reads a line with a time in front: RFC 3339, in whatever zone the node's runtime writes it.
  package init(_ line: some StringProtocol) {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let time = Self.time(String(first)) else {
      self.time = nil
      text = String(line)
      return
    }
    self.time = time
    text = parts.count > 1 ? String(parts[1]) : ""
  }

  private static func time(_ text: String) -> Timestamp? {
    if text.hasSuffix("Z") { return Timestamp(rfc3339: text) }
    let zone = text.utf8.suffix(6).map(Int.init)
    guard zone.count == 6, zone[0] == 43 || zone[0] == 45, zone[3] == 58 else { return nil }
    let digits = [zone[1], zone[2], zone[4], zone[5]].map { $0 - 48 }
    guard digits.allSatisfy({ (0...9).contains($0) }), text.utf8.count > 6,
      let local = Timestamp(rfc3339: String(text.dropLast(6)) + "Z")
    else { return nil }
    let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
    return local.advanced(by: .seconds(zone[0] == 43 ? -minutes * 60 : minutes * 60))
  }
}

/// The lines of a container's log as they arrive; dropping it closes the connection.
package struct PodLogStream: AsyncSequence, Sendable {
  package typealias Element = PodLogLine
  package typealias Failure = KubernetesError

  /// The longest line, in bytes.
  private static let lineLimit = 1 << 20

  let body: HTTPBody
  let call: String

  /// Starts to read.
  package func makeAsyncIterator() -> Iterator {
    Iterator(body: body.makeAsyncIterator(), framer: LineFramer(limit: Self.lineLimit), call: call)
  }

  /// The reader of a log.
  package struct Iterator: AsyncIteratorProtocol {
    fileprivate var body: HTTPBody.Iterator
    fileprivate var framer: LineFramer
    fileprivate let call: String

    /// The next line; nil at the end.
    ///
    /// - Throws: `transport` if the stream is torn, `decoding` for a line of more than 1 MiB.
    package mutating func next() async throws(KubernetesError) -> PodLogLine? { try await next(isolation: nil) }

    /// The next line, as `next()`; throws like it.
    package mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(KubernetesError) -> PodLogLine? {
      while true {
        if let line = try framer.next() { return Self.line(line) }
        let chunk: [UInt8]?
        do throws(HTTPError) {
          chunk = try await body.next(isolation: actor)
        } catch {
          throw KubernetesError(error, call: call)
        }
        guard let chunk else { return framer.rest().map(Self.line) }
        framer.append(chunk)
      }
    }

    private static func line(_ bytes: [UInt8]) -> PodLogLine { PodLogLine(String(decoding: bytes, as: UTF8.self)) }
  }
}
