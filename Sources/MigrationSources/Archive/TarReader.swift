/// Goes through a tar archive as its bytes come, block by block, and hands the files on: a value without input or output.
///
/// POSIX (ustar, pax) and GNU, as far as Go, git, GNU tar and bsdtar write them. An archive must end with its empty block:
/// one that was cut off between two files is told from a whole one.
struct TarReader {
  private enum Phase {
    case header
    /// Content of a file; whether it is kept is the receiver's business.
    case content(left: Int)
    /// Content of a header that describes the next one.
    case extended(TarHeader.Kind, left: Int)
    case padding(left: Int)
    /// Empty blocks, of which two end an archive, and whatever follows.
    case end(zeros: Int)
  }

  private let limits: ArchiveLimits
  private var phase = Phase.header
  private var block: [UInt8] = []
  private var extended: [UInt8] = []
  private var entries = 0
  /// For the next entry, from the headers before it.
  private var longName: [UInt8]?
  private var pax = PaxRecords()
  private var isDescribed = false

  init(limits: ArchiveLimits) {
    self.limits = limits
  }

  /// Takes the next bytes.
  /// - Throws: `invalid` or `tooLarge`, also those of the receiver.
  mutating func receive(_ bytes: [UInt8], into files: inout ArchiveFiles) throws(SourceError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch phase {
      case .header, .end:
        let piece = rest.prefix(TarHeader.blockSize - block.count)
        rest = rest.dropFirst(piece.count)
        block += piece
        guard block.count == TarHeader.blockSize else { return }
        try takeBlock(into: &files)
        block.removeAll(keepingCapacity: true)
      case .content(let left):
        let piece = rest.prefix(left)
        rest = rest.dropFirst(piece.count)
        try files.append(piece)
        phase = .content(left: left - piece.count)
        if piece.count == left { try endContent(into: &files) }
      case .extended(let kind, let left):
        let piece = rest.prefix(left)
        rest = rest.dropFirst(piece.count)
        extended += piece
        phase = .extended(kind, left: left - piece.count)
        if piece.count == left { try endExtended(kind) }
      case .padding(let left):
        let count = min(left, rest.count)
        rest = rest.dropFirst(count)
        phase = count == left ? .header : .padding(left: left - count)
      }
    }
  }

  /// Takes the end of the bytes.
  /// - Throws: `invalid` where the archive is cut off.
  func finish() throws(SourceError) {
    guard case .end = phase, block.isEmpty else {
      throw SourceError(.invalid, "the archive is cut off: it has no end")
    }
  }

  // MARK: Blocks

  private mutating func takeBlock(into files: inout ArchiveFiles) throws(SourceError) {
    let isEmpty = block.allSatisfy { $0 == 0 }
    if case .end(let zeros) = phase {
      // Behind two empty blocks anything may stand; behind a single one only another.
      guard zeros > 1 || isEmpty else {
        throw SourceError(.invalid, "the archive goes on behind an empty block")
      }
      phase = .end(zeros: 2)
    } else if isEmpty {
      guard !isDescribed else { throw SourceError(.invalid, "the archive ends behind an extended header") }
      phase = .end(zeros: 1)
    } else {
      try takeHeader(try TarHeader(block[...]), into: &files)
    }
  }

  private mutating func takeHeader(_ header: TarHeader, into files: inout ArchiveFiles) throws(SourceError) {
    entries += 1
    guard entries <= limits.entries else {
      throw SourceError(.tooLarge, "the archive lists more than \(limits.entries) entries")
    }
    switch header.kind {
    case .pax, .globalPax, .longName, .longLink:
      guard header.size <= limits.extendedHeaderBytes else {
        throw SourceError(
          .tooLarge, "an extended header of the archive is larger than \(limits.extendedHeaderBytes) bytes")
      }
      extended = []
      isDescribed = isDescribed || header.kind != .globalPax
      paddingAfter = Self.padding(header.size)
      phase = .extended(header.kind, left: header.size)
      if header.size == 0 { try endExtended(header.kind) }
    case .file, .directory, .symbolicLink, .hardLink, .special:
      let entry = try describe(header)
      try files.begin(entry)
      paddingAfter = Self.padding(entry.size)
      phase = .content(left: entry.size)
      if entry.size == 0 { try endContent(into: &files) }
    }
  }

  // MARK: Entries

  /// An entry with what the headers before it say.
  private mutating func describe(_ header: TarHeader) throws(SourceError) -> ArchiveEntry {
    defer { (longName, pax, isDescribed) = (nil, PaxRecords(), false) }
    let name = pax.path ?? longName ?? header.name
    guard name.count <= limits.pathBytes else {
      throw SourceError(.tooLarge, "a path in the archive is longer than \(limits.pathBytes) bytes")
    }
    let hasContent = ![.directory, .symbolicLink, .hardLink].contains(header.kind)
    let size = hasContent ? pax.size ?? header.size : 0
    guard size <= limits.expandedBytes else {
      throw SourceError(.tooLarge, "an entry of the archive is larger than \(limits.expandedBytes) bytes")
    }
    let kind: ArchiveEntry.Kind =
      switch header.kind {
      case .file where name.last == UInt8(ascii: "/"): .directory
      case .file: .file
      case .directory: .directory
      case .symbolicLink: .symbolicLink
      case .hardLink: .hardLink
      default: .special
      }
    return ArchiveEntry(path: try ArchiveEntry.parts(of: name), kind: kind, size: size)
  }

  private mutating func endContent(into files: inout ArchiveFiles) throws(SourceError) {
    try files.end()
    pad()
  }

  private mutating func endExtended(_ kind: TarHeader.Kind) throws(SourceError) {
    switch kind {
    case .pax: pax = try PaxRecords(extended, isGlobal: false)
    case .globalPax: _ = try PaxRecords(extended, isGlobal: true)
    case .longName: longName = TarHeader.text(extended[...])
    default: break
    }
    extended = []
    pad()
  }

  // MARK: Padding

  private var paddingAfter = 0

  private mutating func pad() {
    phase = paddingAfter == 0 ? .header : .padding(left: paddingAfter)
  }

  private static func padding(_ size: Int) -> Int {
    (TarHeader.blockSize - size % TarHeader.blockSize) % TarHeader.blockSize
  }
}
