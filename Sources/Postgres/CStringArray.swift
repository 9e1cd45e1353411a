internal import Glibc

/// A null-terminated array of C strings for one call of libpq, nil for an absent value; overwritten when freed.
struct CStringArray: ~Copyable {
  private let copies: [UnsafeMutablePointer<CChar>?]
  private let terminated: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>

  init(_ texts: [String?]) {
    copies = texts.map { text in text.flatMap { strdup($0) } }
    terminated = .allocate(capacity: copies.count + 1)
    for (index, copy) in copies.enumerated() {
      terminated.initializeElement(at: index, to: copy.map { UnsafePointer($0) })
    }
    terminated.initializeElement(at: copies.count, to: nil)
  }

  deinit {
    for case let copy? in copies {
      // A password may be among them.
      explicit_bzero(copy, strlen(copy))
      free(copy)
    }
    terminated.deallocate()
  }

  /// Hands the array to a call; it is valid during that call only.
  func withPointers<Result: ~Copyable>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
    body(terminated.baseAddress.map { UnsafePointer($0) })
  }
}
