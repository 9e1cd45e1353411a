/// What the dashboard answers to a request, and what every answer says to browsers.
struct DashboardAnswer: Sendable, Equatable {
  var status: Int
  var contentType = DashboardAnswer.json
  var body: [UInt8] = []
  var tag: String?
  /// Further headers.
  var headers: [(name: String, value: String)] = []

  static let json = "application/json; charset=utf-8"

  static func == (left: DashboardAnswer, right: DashboardAnswer) -> Bool {
    left.status == right.status && left.contentType == right.contentType && left.body == right.body
      && left.tag == right.tag && left.headers.elementsEqual(right.headers) { $0 == $1 }
  }

  /// On every answer: nothing but the dashboard's own files is loaded, nothing is run or styled that stands in a
  /// document, and no text becomes markup (Trusted Types without a policy).
  static let protection: [(name: String, value: String)] = [
    (
      "Content-Security-Policy",
      """
      default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'
      """
    ),
    ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
  ]

  /// A file, or that the reader has it already.
  static func file(_ file: DashboardFile, tag: String?) -> DashboardAnswer {
    var answer = DashboardAnswer(status: 200, contentType: file.contentType, body: file.bytes, tag: file.tag)
    if tag == file.tag { (answer.status, answer.body) = (304, []) }
    return answer
  }

  /// An error, with what to do.
  static func problem(_ status: Int, _ message: String, _ headers: [(String, String)] = []) -> DashboardAnswer {
    var text = ""
    for scalar in message.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case _ where scalar.value < 32: text += " "
      default: text.unicodeScalars.append(scalar)
      }
    }
    return DashboardAnswer(status: status, body: Array("{\"error\":\"\(text)\"}\n".utf8), headers: headers)
  }

  static let notFound = problem(404, "There is no such page.")
  static let noResource = problem(404, "There is no such CitusMigration.")
  static let notReady = problem(503, "The controller has not listed the resources yet.", [("Retry-After", "2")])
  static let full = problem(
    503, "Too many readers follow already: ask for the document instead.", [("Retry-After", "15")])
  static let wrongMethod = problem(405, "The dashboard only shows: GET and HEAD.", [("Allow", "GET, HEAD")])

  /// Why a caller sees nothing; nil if they may.
  static func refusal(_ permission: DashboardPermission) -> DashboardAnswer? {
    switch permission {
    case .granted: nil
    case .unauthenticated(let message): problem(401, message, [("WWW-Authenticate", "Bearer realm=\"whimbrel\"")])
    case .forbidden(let message): problem(403, message)
    case .unavailable(let message): problem(503, message, [("Retry-After", "5")])
    }
  }
}
