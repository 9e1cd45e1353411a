internal import Glibc

/// Runs calls that block (name resolution, file reads, `PQcancel`) on a thread of their own, never on the cooperative
/// pool.
package enum BlockingWork {
  /// Runs `body` on a new detached thread and returns its result.
  ///
  /// Cancellation of the task does not interrupt `body`: a call that blocks in C cannot be interrupted, so `body` must
  /// be bounded in time by itself.
  /// - Throws: whatever `body` throws.
  package static func run<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
      let job = Job {
        do throws(Failure) {
          continuation.resume(returning: .success(try body()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
      start(job)
    }
    return try result.get()
  }

  private final class Job: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  private static func start(_ job: Job) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(job)
    let status = pthread_create(
      &thread, &attributes,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().body()
        return nil
      }, argument.toOpaque())
    if status != 0 {
      // No thread to be had: running here blocks one pool thread for a moment, which is better than never answering.
      argument.takeRetainedValue().body()
    }
  }
}
