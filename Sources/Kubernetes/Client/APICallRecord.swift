/// One request to the API server and how it ended: what metrics about the client are made of.
package struct APICallRecord: Sendable, Equatable {
  /// The HTTP method, such as `GET`.
  package let verb: String
  /// Host and port of the server, as configured.
  package let host: String
  /// The HTTP status, such as `200`; `<error>` if no answer came (client-go's word for it).
  package let code: String
  /// From the beginning of the request to the head of the answer; the events of a watch do not count.
  package let duration: Duration
  /// How many requests of the same call came before this one; 0 for the first.
  package let retries: Int

  /// Records a request.
  package init(verb: String, host: String, code: String, duration: Duration, retries: Int) {
    self.verb = verb
    self.host = host
    self.code = code
    self.duration = duration
    self.retries = retries
  }

  /// Host and port of a URL.
  static func host(of url: String) -> String {
    let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    let authority = rest.prefix { !"/?#".contains($0) }
    return authority.lastIndex(of: "@").map { String(authority[authority.index(after: $0)...]) } ?? String(authority)
  }
}
