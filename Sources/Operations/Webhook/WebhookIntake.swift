internal import Logging
internal import Support

/// Takes calls in: proves them, and asks for looks.
final class WebhookIntake: Sendable {
  /// A call, up to its body.
  struct Call: Sendable {
    var method: String
    /// Path and query.
    var target: String
    var claim: WebhookProof.Claim
    var contentLength: Int?
    /// GitHub's `X-GitHub-Event`.
    var event: String?
  }

  /// Why a body was not read to its end.
  private enum BodyProblem: Error {
    case tooLarge, tooSlow, broken
  }

  private let handler: WebhookHandler
  private let limits: WebhookLimits
  private let logger: Logger
  private let origin = ContinuousClock.now
  private let rate: Guarded<WebhookRate>
  private let delayed: AsyncStream<(WebhookTarget, Duration)>
  private let continuation: AsyncStream<(WebhookTarget, Duration)>.Continuation

  init(_ handler: WebhookHandler, limits: WebhookLimits, logger: Logger) {
    self.handler = handler
    self.limits = limits
    self.logger = logger
    rate = Guarded(WebhookRate(interval: limits.interval))
    // At most one for each resource that there is.
    (delayed, continuation) = AsyncStream.makeStream()
  }

  /// Answers a call whose body comes in pieces.
  func answer<Body: AsyncSequence & Sendable>(_ call: Call, body: Body) async -> WebhookAnswer
  where Body.Element == [UInt8] {
    let path = String(call.target.prefix { $0 != "?" })
    guard let target = WebhookTarget(path: path) else { return .notFound }
    guard call.method == "POST" else { return .wrongMethod }
    guard handler.isReady() else { return .notReady }
    if let length = call.contentLength, length > limits.bodyBytes { return .tooLarge }
    let begun = ContinuousClock.now
    guard !call.claim.isEmpty else { return await refuse(target, since: begun, closes: true) }
    let isProven: Bool
    do {
      isProven = try await prove(body, await handler.secret(target), call.claim)
    } catch BodyProblem.tooLarge {
      return .tooLarge
    } catch BodyProblem.tooSlow {
      return .tooSlow
    } catch {
      return .broken
    }
    guard isProven else { return await refuse(target, since: begun, closes: false) }
    if call.claim.github != nil, call.event == "ping" { return .pong }
    return await accept(target)
  }

  /// Asks for the looks that were put off, until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await (target, delay) in delayed {
        group.addTask {
          // A stop asks for nothing any more: the next start looks at everything.
          guard (try? await Task.sleep(for: delay)) != nil else { return }
          self.rate.withLock { $0.begin(target, at: .now - self.origin) }
          await self.reconcilePatiently(target)
        }
      }
    }
  }

  private func accept(_ target: WebhookTarget) async -> WebhookAnswer {
    logger.info("webhook", metadata: ["resource": "\(target.namespace)/\(target.name)"])
    switch rate.withLock({ $0.take(target, at: .now - origin) }) {
    case .coalesced: break
    case .after(let delay): continuation.yield((target, delay))
    case .now:
      guard await handler.reconcile(target) else { return .failed }
    }
    return .accepted
  }

  // Its caller has been told that it was accepted.
  private func reconcilePatiently(_ target: WebhookTarget) async {
    for pause in [Duration.seconds(1), .seconds(5), .seconds(15)] {
      if await handler.reconcile(target) { return }
      guard (try? await Task.sleep(for: pause)) != nil else { return }
    }
    logger.warning(
      "a webhook that was accepted came to nothing; the look after spec.interval makes up for it",
      metadata: ["resource": "\(target.namespace)/\(target.name)"])
  }

  private func refuse(
    _ target: WebhookTarget, since begun: ContinuousClock.Instant, closes: Bool
  ) async
    -> WebhookAnswer
  {
    logger.debug("webhook refused", metadata: ["resource": "\(target.namespace)/\(target.name)"])
    // The time goes on to the next whole step: what the look for a secret took does not show.
    let steps = Int((.now - begun) / limits.refusalTime) + 1
    try? await Task.sleep(until: begun + limits.refusalTime * steps)
    return .refused(closes: closes)
  }

  private func prove<Body: AsyncSequence & Sendable>(
    _ body: Body, _ secret: WebhookSecret?, _ claim: WebhookProof.Claim
  ) async throws -> Bool where Body.Element == [UInt8] {
    let limits = limits
    return try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        var proof = WebhookProof(secret, claim)
        var count = 0
        for try await piece in body {
          count += piece.count
          guard count <= limits.bodyBytes else { throw BodyProblem.tooLarge }
          proof.update(piece)
        }
        return proof.isValid()
      }
      group.addTask {
        try await Task.sleep(for: limits.bodyTime)
        throw BodyProblem.tooSlow
      }
      defer { group.cancelAll() }
      guard let isProven = try await group.next() else { throw BodyProblem.broken }
      return isProven
    }
  }
}
