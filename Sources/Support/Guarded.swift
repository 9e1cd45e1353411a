#if THREAD_SANITIZER
  internal import Glibc
#else
  package import Synchronization
#endif

/// A value behind a lock, for state that several threads share.
///
/// Critical sections are short: no await, no callback, and no C call that may block inside `withLock`.
/// `Synchronization.Mutex` is a bare futex on Linux, in which ThreadSanitizer sees false races; a build with
/// `-DTHREAD_SANITIZER` uses a pthread mutex instead.
package final class Guarded<Value: Sendable>: Sendable {
  #if THREAD_SANITIZER
    // The pointers are only dereferenced between lock and unlock of the mutex that they own.
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private nonisolated(unsafe) let value: UnsafeMutablePointer<Value>

    /// Guards a value.
    package init(_ initial: Value) {
      mutex = .allocate(capacity: 1)
      mutex.initialize(to: pthread_mutex_t())
      pthread_mutex_init(mutex, nil)
      value = .allocate(capacity: 1)
      value.initialize(to: initial)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      mutex.deinitialize(count: 1)
      mutex.deallocate()
      value.deinitialize(count: 1)
      value.deallocate()
    }

    /// Runs `body` with the lock held and hands it the value; errors of `body` pass through.
    package func withLock<Result, Failure: Error>(
      _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return try body(&value.pointee)
    }
  #else
    @usableFromInline let mutex: Mutex<Value>

    /// Guards a value.
    package init(_ initial: Value) {
      mutex = Mutex(initial)
    }

    /// Runs `body` with the lock held and hands it the value; errors of `body` pass through.
    @inlinable package func withLock<Result: Sendable, Failure: Error>(
      _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try mutex.withLock { value throws(Failure) in try body(&value) }
    }
  #endif
}
