@testable import Controller
import Testing

@Suite("LeadershipState and TermWatch")
struct LeadershipStateTests {
  @Test("a stop finds the term that began before it, and no term begins after it")
  func stop() {
    var state = LeadershipState<String>()
    let first = state.begin("first")
    #expect(first && state.term == "first")
    state.end()
    #expect(state.term == nil)
    _ = state.begin("second")
    #expect(state.stop() == "second")
    state.end()
    let third = state.begin("third")
    #expect(!third && state.term == nil && state.isStopping)
    #expect(state.stop() == nil)
  }

  @Test("who only waits can be told to stop; a term goes on")
  func stopUnlessLeading() {
    var state = LeadershipState<String>()
    _ = state.begin("first")
    let whileLeading = state.stopUnlessLeading()
    #expect(!whileLeading && !state.isStopping)
    state.end()
    let whileWaiting = state.stopUnlessLeading()
    #expect(whileWaiting && state.isStopping)
  }

  @Test("a term that outlives its Lease by more than 20 s is a problem; one that ends in time, or leads, is none")
  func watch() {
    var watch = TermWatch()
    func look(_ hasTerm: Bool, _ isLeading: Bool, _ second: Int64) -> Bool {
      watch.look(hasTerm: hasTerm, isLeading: isLeading, at: .seconds(second)) == nil
    }
    #expect(look(false, false, 0) && look(false, false, 100))
    #expect(look(true, true, 110) && look(true, true, 500))
    #expect(look(true, false, 510) && look(true, false, 520))
    #expect(!look(true, false, 521))
    #expect(look(true, true, 522), "it leads again")
    #expect(look(true, false, 540))
    #expect(look(false, false, 550), "the term has ended")
    #expect(look(true, false, 600), "another one has begun")
    #expect(!look(true, false, 621))
  }
}
