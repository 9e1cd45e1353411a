/// Builds the paths of the API, with every part percent-encoded.
enum ResourcePath {
  /// The path of a collection, or of an object in it, or of a part of that object.
  static func path(
    _ kind: ResourceKind, namespace: String?, name: String? = nil, subresource: String? = nil,
    query: [(String, String?)] = []
  ) -> String {
    var path = kind.group.isEmpty ? "/api/" : "/apis/\(encoded(kind.group))/"
    path += encoded(kind.version)
    if kind.isNamespaced, let namespace { path += "/namespaces/\(encoded(namespace))" }
    path += "/\(encoded(kind.plural))"
    if let name { path += "/\(encoded(name))" }
    if let subresource { path += "/\(encoded(subresource))" }
    let pairs = query.compactMap { name, value in value.map { "\(encoded(name))=\(encoded($0))" } }
    return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
  }

  /// Percent-encodes all but the unreserved characters of RFC 3986, so that no part can reach beyond its place.
  static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }
}
