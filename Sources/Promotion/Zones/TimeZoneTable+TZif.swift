extension TimeZoneTable {
  /// The largest file that is read, in bytes; those of tzdata have at most some thousand.
  package static let largestFile = 128 << 10

  /// Reads a compiled zone: TZif of any version (RFC 9636), as in `/usr/share/zoneinfo`.
  /// - Throws: `zone` for what is none, and for files with leap seconds (`right/...`).
  package init(tzif bytes: [UInt8]) throws(PromotionError) {
    guard bytes.count <= Self.largestFile else { throw Self.wrong("it is larger than \(Self.largestFile) bytes") }
    var reader = TZifReader(bytes: bytes[...])
    guard var header = reader.header() else { throw Self.wrong("it does not begin as a compiled zone does") }
    var width = 4
    if header.version >= UInt8(ascii: "2") {
      // The first block is for readers that know 32 bits only.
      guard reader.skip(header.size(width: 4)), let second = reader.header() else { throw Self.wrong("it ends early") }
      header = second
      width = 8
    }
    guard header.leaps == 0 else { throw Self.wrong("it counts leap seconds; name the zone without right/") }
    guard let block = reader.block(header, width: width) else { throw Self.wrong("its table is damaged") }
    (transitions, firstOffset) = block
    var rule: ZoneRule?
    if width == 8 {
      guard let footer = reader.footer() else { throw Self.wrong("it ends early") }
      if !footer.isEmpty {
        guard let read = ZoneRule(footer) else { throw Self.wrong("its rule for later years is not understood") }
        rule = read
      }
    }
    self.rule = rule
  }

  private static func wrong(_ what: String) -> PromotionError {
    PromotionError(.zone, "not a zone that can be used: \(what)")
  }
}

/// Takes a file apart from its front; everything is nil once it ends early.
private struct TZifReader {
  var bytes: ArraySlice<UInt8>

  struct Header {
    let version: UInt8
    /// UT and standard indicators, leap seconds, transitions, types, characters of names.
    let counts: [Int]

    var leaps: Int { counts[2] }
    var times: Int { counts[3] }
    var types: Int { counts[4] }

    func size(width: Int) -> Int {
      counts[0] + counts[1] + leaps * (width + 4) + times * (width + 1) + types * 6 + counts[5]
    }
  }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, bytes.count >= count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }

  mutating func skip(_ count: Int) -> Bool { take(count) != nil }

  mutating func integer(_ width: Int) -> Int64? {
    guard let bytes = take(width) else { return nil }
    let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
  }

  mutating func header() -> Header? {
    guard let magic = take(4), Array(magic) == Array("TZif".utf8), let version = take(1)?.first, skip(15) else {
      return nil
    }
    var counts: [Int] = []
    for _ in 0..<6 {
      guard let count = integer(4), (0...100_000).contains(count) else { return nil }
      counts.append(Int(count))
    }
    return Header(version: version, counts: counts)
  }

  mutating func block(_ header: Header, width: Int) -> ([TimeZoneTable.Transition], Int64)? {
    guard header.types > 0 else { return nil }
    var moments: [Int64] = []
    for _ in 0..<header.times {
      guard let moment = integer(width), moment > moments.last ?? .min || moments.isEmpty else { return nil }
      moments.append(moment)
    }
    guard let indices = take(header.times) else { return nil }
    var offsets: [Int64] = []
    for _ in 0..<header.types {
      // An offset is less than 26 hours either way; what follows it is daylight flag and name.
      guard let offset = integer(4), abs(offset) < 93_600, skip(2) else { return nil }
      offsets.append(offset)
    }
    guard skip(header.counts[5] + header.leaps * (width + 4) + header.counts[1] + header.counts[0]) else { return nil }
    var transitions: [TimeZoneTable.Transition] = []
    for (moment, index) in zip(moments, indices) {
      guard offsets.indices.contains(Int(index)) else { return nil }
      transitions.append(TimeZoneTable.Transition(moment: moment, offset: offsets[Int(index)]))
    }
    return (transitions, offsets[0])
  }

  mutating func footer() -> String? {
    guard take(1)?.first == 0x0A, let end = bytes.firstIndex(of: 0x0A) else { return nil }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
