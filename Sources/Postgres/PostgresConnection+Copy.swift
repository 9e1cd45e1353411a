extension PostgresConnection {
  private static let copyChunk = 64 << 10

  /// Sends the data of COPY FROM STDIN in pieces and ends it; a cancelled or unwanted copy is ended with a failure.
  func sendCopy(_ data: [UInt8], isWanted: Bool) async throws(PostgresError) {
    var offset = 0
    while isWanted, offset < data.count, !cancelRequest.isRequested {
      let end = min(offset + Self.copyChunk, data.count)
      let isQueued = data[offset..<end].withUnsafeBytes { handle?.putCopy($0) ?? nil }
      switch isQueued {
      case nil: throw lost(nil)
      case true: offset = end
      case false: try await wait(for: .writable)
      }
      try await flush()
    }
    let reason: String? = isWanted ? (offset < data.count ? "cancelled" : nil) : "no data"
    while true {
      switch handle?.endCopy(failing: reason) ?? nil {
      case nil: throw lost(nil)
      case true: return try await flush()
      case false: try await wait(for: .writable)
      }
    }
  }
}
