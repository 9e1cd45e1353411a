import Operations
import Testing

@Suite("The address of the operations endpoint")
struct OperationsAddressTests {
  @Test(
    "host and port are read, also of IPv6, and no host is every IPv4 address",
    arguments: [
      ("0.0.0.0:8080", "0.0.0.0", 8080), (":8080", "0.0.0.0", 8080), ("localhost:0", "localhost", 0),
      ("[::1]:65535", "::1", 65535), ("[::]:80", "::", 80), ("a-b.example.org:1", "a-b.example.org", 1),
    ])
  func reading(text: String, host: String, port: Int) throws {
    let address = try #require(OperationsAddress(text))
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(OperationsAddress(address.description) == address)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "8080", "localhost", "localhost:", ":", ":65536", ":-1", ":+1", ":8080x", ":080800", "::1:8080", "[::1]",
      "[::1:8080", "[]:8080", "[localhost]:8080", "http://localhost:8080", "a b:8080", "user@host:8080", ":８０",
    ])
  func refusing(text: String) {
    #expect(OperationsAddress(text) == nil)
  }
}
