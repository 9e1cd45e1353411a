internal import Glibc
internal import Subprocess

/// `infrastructure/local`, run for one state folder.
struct CitusClusterScript: Sendable {
  let state: String

  /// Runs a verb to its end; throws with what it printed if it fails.
  @discardableResult
  func run(_ arguments: [String]) async throws -> String {
    // A test that is cancelled must still be able to drop its database.
    let (path, state) = (Self.path, state)
    let result = try await Task {
      try await Subprocess.run(
        .name("bash"), arguments: Arguments([path] + arguments),
        environment: .inherit.updating(["WHIMBREL_STATE": state]),
        output: .string(limit: 64 << 10), error: .string(limit: 64 << 10))
    }.value
    guard result.terminationStatus.isSuccess else {
      throw PostgresServerError(
        message: "infrastructure/local \(arguments.joined(separator: " ")) ended with \(result.terminationStatus): "
          + result.standardError)
    }
    return result.standardOutput
  }

  /// The lines of `infrastructure/local env`, quoted for a shell as they are.
  func environment() async throws -> [String: String] {
    var settings: [String: String] = [:]
    for line in try await run(["env"]).split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      settings[String(line[..<equals])] = line[line.index(after: equals)...].filter { $0 != "\\" }
    }
    return settings
  }

  static func text(of path: String) throws -> String {
    guard let file = fopen(path, "r") else {
      throw PostgresServerError(message: "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  // Beside this file's folder, whatever links lead to it.
  private static let path: String = {
    guard let real = realpath(#filePath, nil) else { return "infrastructure/local" }
    defer { free(real) }
    let parts = String(cString: real).split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/infrastructure/local"
  }()
}
