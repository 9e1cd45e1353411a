/// One entry of an archive.
struct ArchiveEntry: Equatable {
  enum Kind: Equatable {
    case file, directory, symbolicLink, hardLink
    /// A device, a pipe, a sparse file or something that is not known.
    case special
  }

  /// The parts of its path, none of them empty, `.` or `..`; no part for the root.
  let path: [String]
  let kind: Kind
  let size: Int

  /// Cuts a path into parts.
  /// - Throws: `invalid` for one that is absolute, leads upwards, or is not text.
  static func parts(of name: [UInt8]) throws(SourceError) -> [String] {
    guard let text = String(validating: name, as: UTF8.self), !text.isEmpty else {
      throw SourceError(.invalid, "a path in the archive is empty or not in UTF-8")
    }
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw SourceError(.invalid, "a path in the archive holds control characters")
    }
    // By bytes: a combining character behind a slash makes one Character of both.
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true).map { String($0) ?? "" }
    guard text.utf8.first != UInt8(ascii: "/"), !parts.contains("..") else {
      throw SourceError(.invalid, "the path '\(text.prefix(200))' in the archive leads out of it")
    }
    return parts.filter { $0 != "." }
  }
}
