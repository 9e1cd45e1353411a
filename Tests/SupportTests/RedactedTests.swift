import FoundationEssentials
import Support
import Testing

@Suite("Redacted")
struct RedactedTests {
  private static let secret = "hunter2-very-secret"

  private struct Holder: Sendable {
    var user = "app"
    var password = Redacted(RedactedTests.secret)
    var keys: [Redacted<String>] = [Redacted(RedactedTests.secret)]
    var byName: [String: Redacted<String>] = ["password": Redacted(RedactedTests.secret)]
    var optional: Redacted<String>? = Redacted(RedactedTests.secret)
  }

  private struct Failure: Error {
    var password = Redacted(RedactedTests.secret)
  }

  private static func dumped(_ value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
  }

  private static func printed(_ value: some Any) -> String {
    var text = ""
    print(value, to: &text)
    debugPrint(value, to: &text)
    return text
  }

  @Test("the secret is in none of the texts that Swift makes of a value")
  func noTextShowsIt() {
    let value = Redacted(Self.secret)
    let texts = [
      "\(value)", value.description, value.debugDescription, String(describing: value), String(reflecting: value),
      "\(String(describing: Optional(value)))", Self.printed(value), Self.dumped(value),
      value.customMirror.children.map { "\($0)" }.joined(), Self.dumped(Mirror(reflecting: value)),
    ]
    for text in texts {
      #expect(!text.contains(Self.secret))
    }
    #expect("\(value)" == "***")
  }

  @Test("containers and errors that hold a secret do not show it either")
  func containers() {
    let holder = Holder()
    let error: any Error = Failure()
    let texts = [
      "\(holder)", Self.printed(holder), Self.dumped(holder), "\(holder.keys)", Self.dumped(holder.byName),
      String(reflecting: holder.optional), "\(error)", String(reflecting: error), Self.dumped(error),
      "\(Set(holder.keys))", "\(Result<Redacted<String>, Failure>.success(holder.password))",
    ]
    for text in texts {
      #expect(!text.contains(Self.secret))
    }
    #expect("\(holder)".contains("app"))
  }

  @Test("bytes and other values are hidden like text")
  func otherValues() {
    #expect("\(Redacted<[UInt8]>([104, 105]))" == "***")
    #expect(!Self.dumped(Redacted<[UInt8]>([104, 105])).contains("104"))
    #expect(Self.dumped(Redacted(424242)) == "- ***\n")
  }

  private struct Login: Decodable {
    let password: Redacted<String>

    private enum CodingKeys: String, CodingKey { case password }

    init(from decoder: any Decoder) throws {
      let text = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .password)
      guard text.isEmpty else {
        throw DecodingError.typeMismatch(
          Redacted<String>.self, .init(codingPath: decoder.codingPath, debugDescription: "\(Redacted(text))"))
      }
      password = Redacted(text)
    }
  }

  @Test("an error of decoding shows the wrapper, not the secret; a secret cannot be encoded by accident")
  func decodingErrors() {
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Login.self, from: Data(#"{"password": "\#(Self.secret)"}"#.utf8))
    }
    #expect(!String(reflecting: error).contains(Self.secret))
    #expect(!((Redacted(Self.secret) as Any) is any Encodable))
    #expect(!((Redacted(Self.secret) as Any) is any LosslessStringConvertible))
  }

  @Test("the value comes back whole from reveal, and equality compares it")
  func reveal() {
    #expect(Redacted(Self.secret).reveal() == Self.secret)
    #expect(Redacted("a") == Redacted("a"))
    #expect(Redacted("a") != Redacted("b"))
    #expect(Set([Redacted("a"), Redacted("a"), Redacted("b")]).count == 2)
  }
}
