package import HTTP
internal import MigrationCore
internal import Support

/// Migrations in the artifact of a Flux source: downloaded, compared with its digest, and only then unpacked, in memory.
package final class ArtifactSource: Sendable {
  private let http: HTTPClient
  private let limits: SourceLimits
  private let archive: ArchiveLimits
  private let recent: Guarded<RecentSnapshots>

  /// A source that downloads with `http`, which is the caller's to close.
  package init(http: HTTPClient, limits: SourceLimits = SourceLimits(), archive: ArchiveLimits = ArchiveLimits()) {
    self.http = http
    self.limits = limits
    self.archive = archive
    recent = Guarded(RecentSnapshots(byteLimit: limits.totalBytes))
  }

  /// Takes a snapshot of the scripts below `path` in an artifact; one that was read lately is not downloaded again.
  ///
  /// - Parameter suffixes: the endings of SQL files.
  /// - Throws: `unavailable` where it cannot be downloaded, or is not what its digest says (as when it is exchanged just
  ///   now); `notFound` where the path is not in it; `invalid` and `tooLarge` for its content.
  package func snapshot(
    of artifact: Artifact, path: String, reading suffixes: [String] = [".sql"]
  ) async throws(SourceError) -> SourceSnapshot {
    let key = RecentSnapshots.Key(
      origin: artifact.origin, digest: artifact.digest, path: path, suffixes: suffixes)
    if let snapshot = recent.withLock({ $0.find(key) }) { return snapshot }
    let bytes = try await download(artifact)
    let (limits, archive) = (limits, archive)
    let snapshot = try await BlockingWork.run { () throws(SourceError) in
      guard Self.digest(bytes) == artifact.digest else {
        throw SourceError(
          .unavailable,
          "\(artifact.label): what was downloaded is not what its digest \(artifact.digest.prefix(19)) says; "
            + "it is downloaded again")
      }
      do throws(SourceError) {
        let files = try GzippedTar.files(bytes, below: path, reading: suffixes, limits: limits, archive: archive)
        return SourceSnapshot(origin: artifact.origin, files: files)
      } catch {
        throw SourceError(error.code, "\(artifact.label), revision \(artifact.origin.prefix(200)): \(error.message)")
      }
    }
    recent.withLock { $0.keep(snapshot, for: key) }
    return snapshot
  }

  private func download(_ artifact: Artifact) async throws(SourceError) -> [UInt8] {
    let request = HTTPRequest(url: artifact.url, idleTimeout: .seconds(20), totalTimeout: .seconds(120))
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await http.send(request)
    } catch {
      throw Self.failure(error, artifact, limit: archive.compressedBytes)
    }
    guard response.status == 200 else {
      response.body.cancel()
      throw Self.refusal(response.status, artifact)
    }
    do throws(HTTPError) {
      return try await response.body.collect(upTo: archive.compressedBytes)
    } catch {
      throw Self.failure(error, artifact, limit: archive.compressedBytes)
    }
  }

  private static func refusal(_ status: Int, _ artifact: Artifact) -> SourceError {
    let what =
      switch status {
      case 300..<400: "a redirect, which is not followed"
      case 404, 410: "that it is gone; Flux makes a new one"
      default: "something else than the artifact"
      }
    return SourceError(.unavailable, "\(artifact.label): the server of the artifact answers \(status): \(what)")
  }

  private static func failure(_ error: HTTPError, _ artifact: Artifact, limit: Int) -> SourceError {
    switch error.code {
    case .bodyTooLarge:
      SourceError(
        .tooLarge,
        "\(artifact.label): the artifact is larger than \(limit >> 20) MiB; leave out with spec.ignore what holds no "
          + "migrations")
    case .invalidRequest:
      SourceError(.invalid, "\(artifact.label): the artifact has no URL that can be asked: \(error.message)")
    default:
      SourceError(.unavailable, "\(artifact.label): the artifact cannot be downloaded: \(error.message)")
    }
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    "sha256:" + ContentDigest.sha256(bytes)
  }
}
