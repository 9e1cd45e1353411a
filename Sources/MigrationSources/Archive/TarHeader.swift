/// One block of 512 bytes that describes an entry, as it stands there.
struct TarHeader: Equatable {
  static let blockSize = 512

  /// What an entry is by its type flag.
  enum Kind: Equatable {
    case file, directory, symbolicLink, hardLink
    /// A device, a pipe, a sparse file or something that is not known.
    case special
    /// pax: records for the next entry, or for all that follow.
    case pax, globalPax
    /// GNU: the name of the next entry, or of what it links to.
    case longName, longLink
  }

  let kind: Kind
  let name: [UInt8]
  let size: Int

  /// Reads a block.
  /// - Throws: `invalid` where the checksum or a number is wrong.
  init(_ block: ArraySlice<UInt8>) throws(SourceError) {
    let bytes = Array(block)
    guard bytes.count == Self.blockSize, Self.isIntact(bytes) else {
      throw SourceError(.invalid, "a header of the archive is damaged, or it is no tar archive")
    }
    guard let size = TarNumber.read(bytes[124..<136]) else {
      throw SourceError(.invalid, "an entry of the archive has no valid size")
    }
    var name = Self.text(bytes[0..<100])
    // POSIX's magic; GNU's is "ustar  ", and other things stand there in place of the prefix.
    if bytes[257..<263].elementsEqual("ustar\0".utf8) {
      let prefix = Self.text(bytes[345..<500])
      if !prefix.isEmpty { name = prefix + [UInt8(ascii: "/")] + name }
    }
    self.name = name
    kind = Self.kind(bytes[156], name: name)
    // As Go's archive/tar, with which Flux writes: what is only a header has no content, whatever its size says.
    self.size = [.directory, .symbolicLink, .hardLink].contains(kind) ? 0 : size
  }

  private static func kind(_ flag: UInt8, name: [UInt8]) -> Kind {
    switch flag {
    case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
      // Before POSIX a directory was a file whose name ends with a slash.
      name.last == UInt8(ascii: "/") ? .directory : .file
    case UInt8(ascii: "1"): .hardLink
    case UInt8(ascii: "2"): .symbolicLink
    case UInt8(ascii: "5"): .directory
    case UInt8(ascii: "x"): .pax
    case UInt8(ascii: "g"): .globalPax
    case UInt8(ascii: "L"): .longName
    case UInt8(ascii: "K"): .longLink
    default: .special
    }
  }

  // The sum of all bytes, with its own field as blanks; early writers summed signed bytes.
  private static func isIntact(_ bytes: [UInt8]) -> Bool {
    guard let stated = TarNumber.read(bytes[148..<156]) else { return false }
    var (unsigned, signed) = (0, 0)
    for (index, byte) in bytes.enumerated() {
      let counted = (148..<156).contains(index) ? UInt8(ascii: " ") : byte
      unsigned += Int(counted)
      signed += Int(Int8(bitPattern: counted))
    }
    return stated == unsigned || stated == signed
  }

  static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }
}
