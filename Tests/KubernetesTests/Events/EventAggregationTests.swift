import Support
import Testing

@testable import Kubernetes

@Suite("Aggregating events")
struct EventAggregationTests {
  private let object = ObjectReference(
    apiVersion: "whimbrel.dev/v1alpha1", kind: "CitusMigration", namespace: "dev", name: "app", uid: "u",
    resourceVersion: "7")

  private func occurrence(
    _ note: String, reason: String = "Applied", type: EventType = .normal, second: Int64 = 0, name: String? = nil
  ) -> EventOccurrence {
    var object = object
    if let name { object.name = name }
    return EventOccurrence(
      type, reason: reason, action: "Migrate", note: note, regarding: object,
      at: Timestamp(microseconds: second * 1_000_000))
  }

  private func aggregation() -> EventAggregation { EventAggregation(controller: "whimbrel.dev/c", instance: "c-1") }

  @Test("the first occurrence is an Event with all that the server demands")
  func first() throws {
    var aggregation = aggregation()
    let taken = aggregation.take(occurrence("V1", second: 1), at: .zero)
    let event = try #require(taken)
    #expect(event.series == nil)
    #expect(event.metadata.namespace == "dev")
    #expect(event.metadata.name == "app.3b9aca01")
    #expect(event.eventTime == "1970-01-01T00:00:01.000000Z")
    #expect(event.reportingController == "whimbrel.dev/c")
    #expect(event.reportingInstance == "c-1")
    #expect([event.action, event.reason, event.type, event.note] == ["Migrate", "Applied", "Normal", "V1"])
    #expect(event.regarding?.uid == "u")
    #expect(event.regarding?.resourceVersion == nil)
  }

  @Test("the second occurrence makes a series, and further ones are counted until it is written again")
  func series() {
    var aggregation = aggregation()
    let first = aggregation.take(occurrence("V1"), at: .zero)
    let second = aggregation.take(occurrence("V1", second: 2), at: .seconds(2))
    #expect(first != nil)
    #expect(second?.metadata.name == first?.metadata.name)
    #expect(second?.series == Event.Series(count: 2, lastObservedTime: "1970-01-01T00:00:02.000000Z"))
    let counted = (3...9).compactMap { aggregation.take(occurrence("V1", second: $0), at: .seconds(9)) }
    #expect(counted.isEmpty)
    let early = aggregation.settle(at: .seconds(60))
    #expect(early.isEmpty)
    let last = aggregation.settle(at: .seconds(9 + 360))
    #expect(last.map(\.series) == [Event.Series(count: 9, lastObservedTime: "1970-01-01T00:00:09.000000Z")])
    #expect(aggregation.isEmpty)
    let later = aggregation.take(occurrence("V1"), at: .seconds(400))
    #expect(later != nil && later?.series == nil)
  }

  @Test("a series without an end is written every half hour")
  func refresh() {
    var aggregation = aggregation()
    var written: [Int32] = []
    for minute in 0..<65 {
      let now = Duration.seconds(minute * 60)
      if let event = aggregation.take(occurrence("V1"), at: now) { written.append(event.series?.count ?? 1) }
      written += aggregation.settle(at: now).compactMap { $0.series?.count }
    }
    #expect(written == [1, 2, 32, 62])
  }

  @Test("the end writes what was only counted, once")
  func last() {
    var aggregation = aggregation()
    for _ in 0..<5 { _ = aggregation.take(occurrence("V1"), at: .zero) }
    _ = aggregation.take(occurrence("V2"), at: .zero)
    let last = aggregation.settle(at: .seconds(1), isLast: true)
    #expect(last.compactMap { $0.series?.count } == [5])
    let again = aggregation.settle(at: .seconds(1), isLast: true)
    #expect(again.isEmpty)
  }

  @Test("what differs in reason, type, object or note is another Event")
  func different() {
    var aggregation = aggregation()
    let occurrences = [
      occurrence("V1"), occurrence("V2"), occurrence("V1", reason: "Other"), occurrence("V1", type: .warning),
      occurrence("V1", name: "other"),
    ]
    let events = occurrences.compactMap { aggregation.take($0, at: .zero) }
    #expect(events.count == 5)
    #expect(events.allSatisfy { $0.series == nil })
    #expect(Set(events.map(\.metadata.name)).count == 5)
  }

  @Test("beyond a number of notes about one object they are combined")
  func combined() {
    var aggregation = aggregation()
    var events: [Event] = []
    for index in 0..<40 { events += [aggregation.take(occurrence("V\(index)"), at: .zero)].compactMap { $0 } }
    #expect(events.count == EventAggregation.notesLimit + 2)
    #expect(events[25].note == "(combined from similar events) V25")
    #expect(events[26].series?.count == 2)
    // Another object is not affected, and after the time of the series there is room again.
    let other = aggregation.take(occurrence("V1", name: "other"), at: .zero)
    #expect(other?.note == "V1")
    _ = aggregation.settle(at: .seconds(360))
    let later = aggregation.take(occurrence("V99"), at: .seconds(360))
    #expect(later?.note == "V99")
  }

  @Test("what is remembered is bounded")
  func bounded() {
    var aggregation = aggregation()
    for index in 0..<(EventAggregation.capacity * 2) {
      _ = aggregation.take(occurrence("V1", name: "object-\(index)"), at: .milliseconds(index))
    }
    #expect(aggregation.count <= EventAggregation.capacity)
    // The youngest are still known.
    let youngest = aggregation.take(
      occurrence("V1", name: "object-\(EventAggregation.capacity * 2 - 1)"), at: .seconds(9))
    #expect(youngest?.series?.count == 2)
  }

  @Test("texts are cut to what the server accepts, between characters")
  func texts() {
    let long = EventOccurrence(
      .normal, reason: String(repeating: "r", count: 200), action: "", note: String(repeating: "ä", count: 1000),
      regarding: object, at: Timestamp(microseconds: 0))
    #expect(long.reason.utf8.count == 128)
    #expect(long.action == long.reason)
    #expect(long.note.utf8.count == 1023)
    #expect(long.note.hasSuffix("ä…"))
  }
}
