import Testing

@testable import HTTP

/// Compares outside the macro, which cannot call mutating functions.
private func check<Value: Equatable>(
  _ value: Value, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(value == expected, sourceLocation: sourceLocation)
}

@Suite("transfer state")
struct TransferStateTests {
  private let failure = HTTPError(code: .interrupted, message: "m", url: "u")

  @Test("bytes wait until they are read, all at once")
  func reading() {
    var state = TransferState(limit: 10)
    check(state.read(), .wait)
    check(state.receive(bytes: [1, 2]), .accepted)
    check(state.receive(bytes: [3]), .accepted)
    check(state.read(), .chunk([1, 2, 3], resumesTransfer: false))
    check(state.read(), .wait)
    #expect(state.mostBuffered == 3)
  }

  @Test("at the limit the transfer pauses, and the next read resumes it once")
  func pausing() {
    var state = TransferState(limit: 2)
    check(state.receive(bytes: [1, 2, 3]), .accepted)
    check(state.receive(bytes: [4]), .full)
    check(state.read(), .chunk([1, 2, 3], resumesTransfer: true))
    check(state.receive(bytes: [4]), .accepted)
    check(state.read(), .chunk([4], resumesTransfer: false))
  }

  @Test("a failure comes after the bytes before it, and every time")
  func failing() {
    var state = TransferState(limit: 10)
    _ = state.receive(bytes: [1])
    check(state.finish(.failed(failure), discardsBuffer: false), true)
    check(state.finish(.complete, discardsBuffer: false), false)
    check(state.receive(bytes: [2]), .stopped)
    check(state.read(), .chunk([1], resumesTransfer: false))
    check(state.read(), .failed(failure))
    check(state.read(), .failed(failure))
  }

  @Test("a body given up before its end never reads as complete")
  func givenUp() {
    var state = TransferState(limit: 10)
    _ = state.receive(bytes: [1])
    check(state.finish(.complete, discardsBuffer: false), true)
    check(state.finish(.failed(failure), discardsBuffer: true), false)
    check(state.read(), .failed(failure))
  }

  @Test("a body read to its end stays complete")
  func complete() {
    var state = TransferState(limit: 10)
    check(state.finish(.complete, discardsBuffer: false), true)
    check(state.finish(.failed(failure), discardsBuffer: true), false)
    check(state.read(), .end)
  }
}

@Suite("response heads")
struct ResponseHeadTests {
  @Test("only the final head counts; folded lines join; trailers are not fields")
  func lines() throws {
    var parser = ResponseHeadParser(limit: 1000)
    var found: ResponseHead?
    let lines = [
      "HTTP/1.1 100 Continue\r\n", "X-Early: 1\r\n", "\r\n", "HTTP/2 204\r\n", "A:  b \t\r\n", " c\r\n", "broken\r\n",
      "\r\n", "Trailer: 1\r\n",
    ]
    for line in lines {
      if case .head(let head) = parser.receive(Array(line.utf8)) { found = head }
    }
    let head = try #require(found)
    #expect(head.status == 204)
    #expect(head.headers.fields.map(\.name) == ["A"])
    #expect(head.headers.first("a") == "b c")
  }

  @Test("all lines together are bounded")
  func bounded() {
    var parser = ResponseHeadParser(limit: 20)
    guard case .more = parser.receive(Array("HTTP/1.1 200 OK\r\n".utf8)) else {
      Issue.record("the first line is within the limit")
      return
    }
    guard case .tooLarge = parser.receive(Array("A: b\r\n".utf8)) else {
      Issue.record("the second line is beyond the limit")
      return
    }
  }
}
