internal import Digest
internal import Support

/// Whether a call comes from somebody who knows the secret; the body is taken piece by piece and not kept.
///
/// The same work is done for every kind, and where there is no secret at all, so that the time of a refusal says nothing
/// about that. Comparing takes the same time for all contents (`SHA256Digest.matches`).
struct WebhookProof: ~Copyable {
  /// What a caller claims, from the headers.
  struct Claim: Sendable, Equatable {
    var github: String?
    var gitlab: String?
    var generic: String?

    var isEmpty: Bool { github == nil && gitlab == nil && generic == nil }

    subscript(kind: WebhookKind) -> String? {
      switch kind {
      case .github: github
      case .gitlab: gitlab
      case .genericHMAC: generic
      }
    }
  }

  // For calls for which there is no secret: nobody knows it.
  private static let unknown = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
  private static let comparing = (0..<32).map { _ in UInt8.random(in: .min ... .max) }

  private let kind: WebhookKind?
  private let token: [UInt8]
  private let claim: String
  private var body: HMACSHA256

  init(_ secret: WebhookSecret?, _ claim: Claim) {
    kind = secret?.kind
    token = secret?.token.reveal() ?? []
    self.claim = secret.flatMap { claim[$0.kind] } ?? ""
    body = HMACSHA256(key: secret?.token.reveal() ?? Self.unknown)
  }

  /// Takes the next piece of the body.
  mutating func update(_ bytes: [UInt8]) {
    body.update(bytes)
  }

  /// The verdict, after the whole body.
  consuming func isValid() -> Bool {
    let isNamed = Self.isEqual(token, Array(claim.utf8)) && !token.isEmpty
    let (kind, claim) = (kind, claim)
    // A signature that is none is compared all the same, with bytes that nobody knows.
    let isSigned = body.finalize().matches(Self.signature(claim) ?? Self.unknown)
    return switch kind {
    case .github, .genericHMAC: isSigned
    case .gitlab: isNamed
    case nil: false
    }
  }

  // By their authentication codes, whose comparison takes the same time wherever they differ.
  private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    code(left).matches(code(right).bytes)
  }

  private static func code(_ bytes: [UInt8]) -> SHA256Digest {
    var code = HMACSHA256(key: comparing)
    code.update(bytes)
    return code.finalize()
  }

  /// The bytes of `sha256=` and 64 hexadecimal digits; nil for anything else.
  static func signature(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == 71, digits.starts(with: "sha256=".utf8) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 7, to: 71, by: 2) {
      guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 65...70: digit - 55
    case 97...102: digit - 87
    default: nil
    }
  }
}
