internal import CZlib

/// Decompresses gzip piece by piece: never more in memory than the input and one piece, never more out than allowed.
///
/// Several members one after the other are one text, as `gzip` itself has it; anything else after the last member is
/// refused, as is an end before the checksum of the last member.
package struct GzipReader: ~Copyable {
  private static let chunk = 64 << 10

  // On the heap: zlib's state points back at it, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: [UInt8]
  private let outputLimit: Int
  private var position = 0
  private var produced = 0
  private var isDone = false

  /// Reads `input`, of which at most `outputLimit` bytes may come out.
  /// - Throws: `outOfMemory`.
  package init(_ input: [UInt8], outputLimit: Int) throws(GzipError) {
    self.input = input
    self.outputLimit = outputLimit
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard czlib_inflate_init_gzip(stream) == Z_OK else {
      throw GzipError(.outOfMemory, "no memory to decompress")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// The next bytes, at least one and at most 64 KiB; nil at the end.
  /// - Throws: `notGzip`, `damaged`, `truncated`, `tooLarge`, `outOfMemory`.
  package mutating func next() throws(GzipError) -> [UInt8]? {
    while !isDone {
      let (output, result) = step()
      produced += output.count
      guard produced <= outputLimit else {
        throw GzipError(.tooLarge, "more than \(outputLimit) bytes come out of \(input.count)")
      }
      try take(result, isStuck: output.isEmpty)
      if !output.isEmpty { return output }
    }
    return nil
  }

  /// One call of zlib: what came out, and its result.
  private mutating func step() -> ([UInt8], CInt) {
    var result: CInt = Z_OK
    let output = input.withUnsafeBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: Self.chunk) { target, count in
        let rest = source.count - position
        // zlib takes a pointer to bytes that it does not change.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + position })
        stream.pointee.avail_in = uInt(clamping: rest)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = uInt(Self.chunk)
        let given = Int(stream.pointee.avail_in)
        result = inflate(stream, Z_NO_FLUSH)
        position += given - Int(stream.pointee.avail_in)
        count = Self.chunk - Int(stream.pointee.avail_out)
      }
    }
    return (output, result)
  }

  private mutating func take(_ result: CInt, isStuck: Bool) throws(GzipError) {
    switch result {
    case Z_STREAM_END:
      guard position < input.count else { return isDone = true }
      guard input[position...].starts(with: [0x1F, 0x8B]), inflateReset(stream) == Z_OK else {
        throw GzipError(.notGzip, "\(input.count - position) bytes that are no gzip follow the compressed data")
      }
    case Z_OK:
      break
    case Z_BUF_ERROR:
      // zlib wants more input, of which there is none.
      if isStuck { throw GzipError(.truncated, "the compressed data is cut off after \(input.count) bytes") }
    case Z_MEM_ERROR:
      throw GzipError(.outOfMemory, "no memory to decompress")
    default:
      throw position <= 10 && produced == 0
        ? GzipError(.notGzip, "the bytes do not begin like gzip")
        : GzipError(.damaged, "the compressed data is damaged near byte \(position)")
    }
  }
}
