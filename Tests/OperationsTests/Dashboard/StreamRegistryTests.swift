import Testing

@testable import Operations

@Suite("Who follows the dashboard")
struct StreamRegistryTests {
  @Test("is bounded, and makes room when one goes")
  func bounds() throws {
    var registry = StreamRegistry(limit: 2)
    let readers = (0..<3).map { _ in registry.open() }
    let first = try #require(readers[0])
    #expect(readers[1] != nil && readers[2] == nil)
    registry.close(first)
    registry.close(first)
    #expect(registry.count == 1)
    let next = registry.open()
    #expect(next != nil && next != first)
  }

  @Test("is ended who leaves a message unread for too long, and nobody else")
  func stalls() {
    var registry = StreamRegistry(limit: 9)
    let readers = (0..<3).compactMap { _ in registry.open() }
    let (slow, quick) = (readers[0], readers[1])
    registry.began(slow, at: .seconds(10))
    registry.began(quick, at: .seconds(10))
    registry.ended(quick)
    #expect(registry.stalled(at: .seconds(39), after: .seconds(30)) == [])
    #expect(registry.stalled(at: .seconds(40), after: .seconds(30)) == [slow])
    registry.close(slow)
    registry.began(slow, at: .seconds(0))
    #expect(registry.stalled(at: .seconds(99), after: .seconds(30)) == [])
  }

  @Test("is nobody new at the end")
  func end() {
    var registry = StreamRegistry(limit: 9)
    registry.end()
    let reader = registry.open()
    #expect(reader == nil)
  }
}
