import Testing

@testable import Kubernetes

@Suite("What a watcher does next")
struct WatcherStateTests {
  typealias Event = WatcherState.Event
  typealias Action = WatcherState.Action

  /// An event after some time, and what must follow from it.
  struct Step: Sendable {
    let after: Duration
    let event: Event
    let action: Action

    init(_ event: Event, _ action: Action, after: Duration = .zero) {
      self.event = event
      self.action = action
      self.after = after
    }
  }

  struct Story: Sendable, CustomTestStringConvertible {
    let name: String
    let steps: [Step]
    var testDescription: String { name }
  }

  private static let begin: [Step] = [
    Step(.started, .list(continuing: nil, after: .zero)),
    Step(.page(resourceVersion: "10", continueToken: nil), .replaceAndWatch(resourceVersion: "10")),
    Step(.opened, .read),
  ]
  private static let refused = Event.failed(.unavailable(retryAfter: nil))
  private static func ms(_ count: Int) -> Duration { .milliseconds(count) }

  static let stories: [Story] = [
    Story(
      name: "pages are asked for one after the other, and the last one's version counts",
      steps: [
        Step(.started, .list(continuing: nil, after: .zero)),
        Step(.page(resourceVersion: "9", continueToken: "t1"), .list(continuing: "t1", after: .zero)),
        Step(.page(resourceVersion: "9", continueToken: "t2"), .list(continuing: "t2", after: .zero)),
        Step(.page(resourceVersion: "9", continueToken: nil), .replaceAndWatch(resourceVersion: "9")),
      ]),
    Story(
      name: "an expired page token starts the list over at once, and without pages when that happens again",
      steps: [
        Step(.started, .list(continuing: nil, after: .zero)),
        Step(.page(resourceVersion: "9", continueToken: "t1"), .list(continuing: "t1", after: .zero)),
        Step(.failed(.expired), .list(continuing: nil, after: .zero)),
        Step(.page(resourceVersion: "9", continueToken: "t1"), .list(continuing: "t1", after: .zero)),
        Step(.failed(.expired), .listWhole(after: ms(1200))),
        Step(refused, .list(continuing: nil, after: ms(2400))),
        Step(.page(resourceVersion: "9", continueToken: nil), .replaceAndWatch(resourceVersion: "9")),
      ]),
    Story(
      name: "a page that is refused is asked for again after a backoff",
      steps: [
        Step(.started, .list(continuing: nil, after: .zero)),
        Step(.page(resourceVersion: "9", continueToken: "t1"), .list(continuing: "t1", after: .zero)),
        Step(refused, .list(continuing: "t1", after: ms(1200))),
        Step(refused, .list(continuing: "t1", after: ms(2400))),
      ]),
    Story(
      name: "the watch goes on from the last version seen, bookmarks included",
      steps: begin + [
        Step(.changed(resourceVersion: "11"), .read), Step(.bookmark(resourceVersion: "20"), .read),
        Step(.changed(resourceVersion: nil), .read),
        Step(.ended, .watch(resourceVersion: "20", after: .zero), after: .seconds(300)),
      ]),
    Story(
      name: "a watch that ends at once without an event is followed by a backoff",
      steps: begin + [
        Step(.ended, .watch(resourceVersion: "10", after: ms(1200)), after: ms(900)), Step(.opened, .read),
        Step(.ended, .watch(resourceVersion: "10", after: ms(2400)), after: ms(900)), Step(.opened, .read),
        Step(.ended, .watch(resourceVersion: "10", after: .zero), after: ms(1000)),
      ]),
    Story(
      name: "a watch that ends at once after an event is resumed at once",
      steps: begin + [
        Step(.changed(resourceVersion: "11"), .read), Step(.ended, .watch(resourceVersion: "11", after: .zero)),
      ]),
    Story(
      name: "a refused connection keeps the version, with backoff up to 30 s",
      steps: begin
        + [1200, 2400, 4800, 9600, 19200, 38400, 45000, 45000].map { delay in
          Step(refused, .watch(resourceVersion: "10", after: ms(delay)))
        }),
    Story(
      name: "the backoff starts over after two quiet minutes",
      steps: begin + [
        Step(refused, .watch(resourceVersion: "10", after: ms(1200))),
        Step(refused, .watch(resourceVersion: "10", after: ms(2400))),
        Step(refused, .watch(resourceVersion: "10", after: ms(1200)), after: .seconds(121)),
      ]),
    Story(
      name: "the backoff starts over after an event",
      steps: begin + [
        Step(refused, .watch(resourceVersion: "10", after: ms(1200))),
        Step(refused, .watch(resourceVersion: "10", after: ms(2400))), Step(.opened, .read),
        Step(.changed(resourceVersion: "12"), .read), Step(refused, .watch(resourceVersion: "12", after: ms(1200))),
      ]),
    Story(
      name: "a server that asks to wait longer than the backoff is obeyed",
      steps: begin + [
        Step(
          .failed(.unavailable(retryAfter: .seconds(7))), .watch(resourceVersion: "10", after: .seconds(7))),
        Step(.failed(.unavailable(retryAfter: ms(1))), .watch(resourceVersion: "10", after: ms(2400))),
      ]),
    Story(
      name: "an expired version is followed by a new list at once, then with backoff while nothing helps",
      steps: begin + [
        Step(.failed(.expired), .list(continuing: nil, after: .zero)),
        Step(.page(resourceVersion: "30", continueToken: nil), .replaceAndWatch(resourceVersion: "30")),
        Step(.failed(.expired), .list(continuing: nil, after: ms(1200))),
        Step(.page(resourceVersion: "31", continueToken: nil), .replaceAndWatch(resourceVersion: "31")),
        Step(.opened, .read), Step(.bookmark(resourceVersion: "32"), .read),
        Step(.failed(.expired), .list(continuing: nil, after: .zero)),
      ]),
    Story(
      name: "any other refusal, such as a definition that is gone, is followed by a new list with backoff",
      steps: begin + [
        Step(.failed(.rejected), .list(continuing: nil, after: ms(1200))),
        Step(.failed(.rejected), .list(continuing: nil, after: ms(2400))),
        Step(.page(resourceVersion: "2", continueToken: nil), .replaceAndWatch(resourceVersion: "2")),
      ]),
  ]

  @Test("each story ends as told", arguments: stories)
  func story(_ story: Story) {
    var state = WatcherState()
    var now = Duration.seconds(1000)
    for (index, step) in story.steps.enumerated() {
      now += step.after
      let action = state.handle(step.event, at: now, random: 0.5)
      #expect(action == step.action, "step \(index): \(step.event)")
    }
  }

  @Test("jitter at most doubles a delay", arguments: [(0.0, 800), (0.25, 1000), (0.75, 1400)])
  func jitter(random: Double, milliseconds: Int) {
    var state = WatcherState()
    _ = state.handle(.started, at: .zero, random: random)
    let action = state.handle(Self.refused, at: .zero, random: random)
    #expect(action == .list(continuing: nil, after: .milliseconds(milliseconds)))
  }

  @Test(
    "errors are sorted by what they say about the version",
    arguments: [
      (KubernetesError.Code.gone, WatcherState.Failure.expired), (.transport, .unavailable(retryAfter: .seconds(3))),
      (.server, .unavailable(retryAfter: .seconds(3))), (.tooManyRequests, .unavailable(retryAfter: .seconds(3))),
      (.notFound, .rejected), (.forbidden, .rejected), (.unauthorized, .rejected), (.decoding, .rejected),
    ])
  func sorting(code: KubernetesError.Code, expected: WatcherState.Failure) {
    let error = KubernetesError(code: code, message: "", retryAfter: .seconds(3))
    #expect(WatcherState.Failure(error) == expected)
  }
}
