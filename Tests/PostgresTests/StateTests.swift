import Testing

@testable import Postgres

struct StateTests {
  private static let sessions: [[(SessionState.Event, SessionState.Action)]] = [
    [
      (.request(1), .start), (.request(2), .wait), (.request(3), .wait), (.finished(isUsable: true), .admit(2)),
      (.finished(isUsable: true), .admit(3)), (.finished(isUsable: true), .nothing), (.request(4), .start),
    ],
    [
      (.request(1), .start), (.request(2), .wait), (.request(3), .wait), (.withdraw(2), .dismiss(2)),
      (.withdraw(2), .nothing), (.withdraw(1), .nothing), (.finished(isUsable: true), .admit(3)),
    ],
    [
      (.request(1), .start), (.request(2), .wait), (.finished(isUsable: false), .release([2])), (.request(3), .refuse),
      (.close, .nothing), (.finished(isUsable: true), .nothing),
    ],
    [
      (.request(1), .start), (.request(2), .wait), (.close, .interrupt([2])), (.request(3), .refuse),
      (.close, .nothing),
      (.finished(isUsable: true), .release([])), (.close, .nothing), (.request(4), .refuse),
    ],
    [(.close, .release([])), (.request(1), .refuse), (.withdraw(1), .nothing)],
  ]

  @Test("a session admits one statement at a time, in order, until it is closed", arguments: 0..<5)
  func session(index: Int) {
    var state = SessionState()
    for (event, action) in Self.sessions[index] {
      #expect(state.handle(event) == action, "\(event)")
    }
  }

  private static let cancels: [[(CancelState.Event, CancelState.Action)]] = [
    [(.request, .nothing), (.open, .nothing), (.request, .send), (.request, .nothing), (.answered, .nothing)],
    [(.open, .nothing), (.request, .send), (.answered, .nothing), (.request, .send), (.answered, .nothing)],
    [(.open, .nothing), (.shut, .proceed), (.request, .nothing)],
    [(.open, .nothing), (.request, .send), (.shut, .wait), (.request, .nothing), (.answered, .proceed)],
    [(.open, .nothing), (.request, .send), (.answered, .nothing), (.shut, .proceed), (.request, .nothing)],
  ]

  @Test("a cancel request goes out only while its statement runs, and holds up the next", arguments: 0..<5)
  func cancel(index: Int) {
    var state = CancelState()
    for (event, action) in Self.cancels[index] {
      #expect(state.handle(event) == action, "\(event)")
    }
  }
}
