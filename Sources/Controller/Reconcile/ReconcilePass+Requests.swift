internal import Kubernetes
internal import Logging
internal import MigrationEngine
internal import MigrationSources
internal import Postgres
internal import Support

// What people ask for by annotation: a run cancelled, and held back from then on; a repair.
extension ReconcilePass {
  /// The verdict of a look at what was cancelled; nil when there is nothing that holds.
  mutating func held(_ snapshot: SourceSnapshot) -> Verdict? {
    if let cancellation = object.status?.cancellation {
      if cancellation.holds(object, sourceDigest: snapshot.digest) { return cancellation.verdict }
      observation.isReleased = true
    }
    // An annotation that came too late for the controller that ran it: nobody else can cancel that run any more.
    let abandoned = CancellationStatus.ofAbandonedRun(object, sourceDigest: snapshot.digest)
    guard let cancellation = abandoned else { return nil }
    observation.run = object.status?.lastRun?.ended("Cancelled", at: context.clock.now())
    return hold(cancellation)
  }

  /// Holds everything back from now on.
  mutating func hold(_ cancellation: CancellationStatus) -> Verdict {
    observation.cancellation = cancellation
    return cancellation.verdict
  }

  /// Ends what workers still do for a session that is gone; nil where they cannot be asked.
  static func endRemnants(_ parameters: ConnectionParameters, _ context: ReconcileContext) async -> Int? {
    do throws(EngineError) {
      let session = try await MigrationSession.open(parameters, logger: context.logger)
      let ended: Int
      do throws(EngineError) {
        ended = try await session.endRemnants()
      } catch {
        await session.close()
        throw error
      }
      await session.close()
      return ended
    } catch {
      context.logger.warning(
        "what workers still do could not be ended",
        metadata: ["cluster.target": "\(parameters.targetIdentity)", "error": "\(error.message)"])
      return nil
    }
  }

  /// The value of the repair annotation that has not been acted on.
  var unhandledRepair: String? {
    guard let token = object.repairToken, token != object.status?.lastHandledRepairAt else { return nil }
    return token
  }

  /// Flyway's repair, once for each token.
  ///
  /// A look of its own, because the token must be reported as handled before anything is applied: otherwise a controller
  /// that is killed in a run would have the next one repair away the row that the run needs.
  mutating func repair(
    _ request: RunRequest, _ session: MigrationSession, _ parameters: ConnectionParameters, _ token: String
  ) async -> Verdict {
    let outcome = await context.leases.withLease(target: parameters.targetIdentity, for: object.key) { grant in
      var request = request
      request.permit = grant.permit
      request.mayEnd = grant.mayEnd
      return await Self.repair(request, session)
    }
    switch outcome {
    case .done(.success(let report)):
      await keepBaselineAfterRepair(request, session)
      return handled(token, RepairStatus(report, at: context.clock.now()))
    case .done(.failure(let error)) where error.isTransient:
      return Verdict(error)
    case .done(.failure(let error)):
      return handled(
        token,
        RepairStatus(finishedAt: context.clock.now().rfc3339, outcome: "Failed", message: "repair: \(error.message)"))
    case .lost(let message):
      return .waiting(.leaseLost, summary: "Lease lost", message: message)
    case .refused(let verdict):
      return verdict
    }
  }

  private static func repair(
    _ request: RunRequest, _ session: MigrationSession
  ) async -> Result<RepairReport, EngineError> {
    do throws(EngineError) {
      return .success(try await session.repair(request))
    } catch {
      return .failure(error)
    }
  }

  private mutating func handled(_ token: String, _ repair: RepairStatus) -> Verdict {
    observation.handledRepairAt = token
    observation.repair = repair
    return .repaired(message: repair.message)
  }
}
