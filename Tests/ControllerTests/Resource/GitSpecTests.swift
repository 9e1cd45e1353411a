@testable import Controller
import MigrationSources
import Testing

@Suite("spec.migrations.git")
struct GitSpecTests {
  private static func reading(_ git: GitSpec, interval: String? = nil) throws -> SpecReading {
    var spec = Samples.spec()
    spec.migrations = MigrationsSpec(git: git)
    spec.interval = interval
    return try SpecReading(spec)
  }

  @Test("is read with its defaults: the remote's HEAD, the root, no signature")
  func defaults() throws {
    let reading = try Self.reading(Samples.git())
    #expect(reading.git == (try GitRequest(url: GitURL("https://example.com/a.git"), reference: .remoteHead)))
    #expect(reading.interval == .seconds(600))
  }

  @Test("every field is read")
  func full() throws {
    let git = Samples.git("ssh://git@example.com/a.git") {
      $0.ref = .init(tag: "v1")
      $0.path = "./infra/db/"
      $0.secretRef = .init(name: "git")
      $0.verify = .init(mode: "TagAndHEAD", secretRef: .init(name: "keys"))
    }
    let request = try #require(try Self.reading(git).git)
    #expect(request.reference == .tag("v1") && request.path == "infra/db" && request.verification == .tagAndHead)
    #expect(git.secretNames == ["git", "keys"])
    let plain = Samples.git { $0.verify = .init(mode: nil, secretRef: .init(name: "keys")) }
    #expect(try Self.reading(plain).git?.verification == .head)
  }

  @Test(
    "the shorter interval counts, because each look asks the repository",
    arguments: [("30s", nil, 30), ("30s", "1m", 30), ("2m", "1m", 60), (nil, "1m", 60)] as [(String?, String?, Int)])
  func interval(git: String?, all: String?, seconds: Int) throws {
    #expect(try Self.reading(Samples.git { $0.interval = git }, interval: all).interval == .seconds(seconds))
  }

  @Test(
    "what a server before 1.25 lets in is refused here, by path",
    arguments: [
      Samples.git("git@example.com:a.git"), Samples.git("https://user:secret@example.com/a"),
      Samples.git("file:///etc"),
      Samples.git { $0.ref = .init(branch: "-x") }, Samples.git { $0.ref = .init(commit: "abc") },
      Samples.git { $0.ref = .init(semver: "latest") }, Samples.git { $0.path = "/a" },
      Samples.git { $0.interval = "x" },
      Samples.git { $0.verify = .init(mode: "All", secretRef: .init(name: "keys")) },
    ])
  func refused(git: GitSpec) {
    let problems = #expect(throws: SpecProblems.self) { try Self.reading(git) }
    #expect(problems?.messages.isEmpty == false)
    #expect(problems?.messages.allSatisfy { $0.hasPrefix("spec.migrations.git") } == true)
    #expect(problems?.messages.contains { $0.contains("secret@") } == false)
  }

  @Test(
    "each failure has its reason",
    arguments: [
      (SourceError.Code.notFound, Reason.sourceNotFound), (.unavailable, .sourceUnavailable),
      (.invalid, .invalidSource),
      (.tooLarge, .invalidSource), (.authenticationFailed, .sourceAuthenticationFailed),
      (.notVerified, .sourceNotVerified),
    ])
  func reasons(code: SourceError.Code, reason: Reason) {
    let error = SourceError(code, "what")
    let verdict = Verdict(error)
    #expect(verdict.reason == reason && verdict.stage == .sourceReady)
    if case .waiting = verdict { #expect(error.isTransient) } else { #expect(!error.isTransient) }
  }
}
