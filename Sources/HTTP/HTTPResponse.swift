/// A response whose headers are in; the body follows as it is read.
package struct HTTPResponse: Sendable {
  /// The status code; every code is a response, none an error of this module.
  package let status: Int
  /// The header fields of the final response (not of 1xx ones).
  package let headers: HTTPHeaders
  /// The body; dropping it ends the transfer.
  package let body: HTTPBody
}
