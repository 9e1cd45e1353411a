@testable import Controller
import Promotion
import Support
import Testing

/// Specs with `promotion`.
enum PromotionSamples {
  static let secret = PromotionSpec.SecretValueSpec(secretKeyRef: .init(name: "n", key: "k"))
  private static let both = ValueSpec(value: "v", secretKeyRef: .init(name: "n", key: "k"))
  private static let value = ValueSpec(value: "v")

  static func history(_ tls: ClusterSpec.TLSSpec? = nil) -> PromotionSpec {
    PromotionSpec(after: [.init(history: .init(uri: secret, tls: tls))])
  }

  static func window(_ duration: String, _ schedule: String = "0 2 * * *", zone: String? = nil) -> PromotionSpec {
    PromotionSpec(windows: [.init(schedule: schedule, duration: duration, timeZone: zone)])
  }

  private static let tls = "spec.promotion.after[].history.tls"
  private static let oneValue = "has(self.value) != has(self.secretKeyRef)"

  /// The rules of the schema in CEL.
  static let rules: [SpecReadingTests.Rule] = [
    .init(cel: "spec.promotion.after[]: has(self.name) != has(self.history)") {
      $0.promotion = .init(after: [.init()])
    },
    .init(
      cel: "spec.promotion.after[]: has(self.name) || !(has(self.__namespace__) || has(self.kubeConfig))"
    ) { $0.promotion = .init(after: [.init(namespace: "dev", history: .init(uri: secret))]) },
    .init(cel: "\(tls): has(self.certificate) == has(self.key)") { $0.promotion = history(.init(certificate: value)) },
    .init(cel: "\(tls).ca: \(oneValue)") { $0.promotion = history(.init(ca: both)) },
    .init(cel: "\(tls).certificate: \(oneValue)") { $0.promotion = history(.init(certificate: both, key: value)) },
    .init(cel: "\(tls).key: \(oneValue)") { $0.promotion = history(.init(certificate: value, key: ValueSpec())) },
    .init(
      cel:
        "spec.promotion.windows[]: duration(self.duration) >= duration('1m') && duration(self.duration) <= duration('168h')"
    ) { $0.promotion = window("59s") },
  ]
}

@Suite("spec.promotion")
struct PromotionSpecTests {
  private static func read(_ promotion: PromotionSpec?) throws -> PromotionSettings? {
    var spec = Samples.spec()
    spec.promotion = promotion
    return try SpecReading(spec).promotion
  }

  @Test("without it there are no gates, and an empty one holds nothing")
  func absent() throws {
    #expect(try Self.read(nil) == nil)
    #expect(try Self.read(PromotionSpec()) == PromotionSettings())
  }

  @Test("every field is read")
  func full() throws {
    var promotion = try #require(Samples.fullSpec().promotion)
    promotion.after = [.init(name: "app")]
    let settings = try #require(try Self.read(promotion))
    #expect(settings.soak == .seconds(1800) && settings.needsApproval && settings.reportsReady)
    #expect(settings.windows.map(\.zone.text) == ["Europe/Zurich"] && settings.windowNames == ["low-traffic"])
    #expect(settings.windows.first?.duration == .seconds(3 * 3600))
    #expect(settings.freeze == .init(reason: "r", until: Timestamp(rfc3339: "2026-01-02T03:04:05Z")))
  }

  @Test(
    "what cannot be read is a problem with the path of its field",
    arguments: [
      (PromotionSpec(soak: "soon"), "spec.promotion.soak: "),
      (PromotionSpec(approval: "manual"), "spec.promotion.approval: "),
      (PromotionSamples.window("1h", "61 * * * *"), "spec.promotion.windows[0].schedule: minute: "),
      (PromotionSamples.window("1h", "0 0 30 2 *"), "spec.promotion.windows[0].schedule: no day fits"),
      (PromotionSamples.window("1h", zone: "../etc/passwd"), "spec.promotion.windows[0].timeZone: "),
      (PromotionSamples.window("200h"), "spec.promotion.windows[0].duration: "),
      (
        PromotionSpec(windows: [.init(name: "A b", schedule: "@daily", duration: "1h")]),
        "spec.promotion.windows[0].name: "
      ),
      (PromotionSpec(freeze: .init(reason: "x", until: "tomorrow")), "spec.promotion.freeze.until: "),
      (PromotionSpec(after: [.init(name: "../x")]), "spec.promotion.after[0]: "),
      (PromotionSpec(after: [.init(name: "a/b")]), "spec.promotion.after[0]: "),
      (PromotionSpec(after: .init(repeating: .init(name: "a"), count: 17)), "spec.promotion.after: at most"),
    ])
  func problems(promotion: PromotionSpec, start: String) {
    let error = #expect(throws: SpecProblems.self) { try Self.read(promotion) }
    #expect(error?.messages.count == 1 && error?.messages.first?.hasPrefix(start) == true, "\(error?.messages ?? [])")
  }

  @Test("every Secret that it refers to is known, with its path")
  func secrets() {
    let tls = ClusterSpec.TLSSpec(ca: Samples.reference("tls", "ca"))
    let promotion = PromotionSpec(after: [
      .init(name: "a", kubeConfig: .init(secretKeyRef: .init(name: "far", key: "config"))),
      .init(history: .init(uri: PromotionSamples.secret, tls: tls)),
    ])
    #expect(
      promotion.secrets.map(\.path) == [
        "spec.promotion.after[0].kubeConfig", "spec.promotion.after[1].history.uri",
        "spec.promotion.after[1].history.tls.ca",
      ])
    #expect(promotion.secrets.map(\.reference.name) == ["far", "n", "tls"])
  }
}
