import FoundationEssentials
import Glibc
import Support

@testable import Kubernetes

/// A credential plugin: a small shell script in a folder of its own, which writes down how it was started.
struct PluginScript {
  let files: Workspace
  let path: String

  /// A script; `body` writes the ExecCredential.
  init(_ body: String, name: String = "plugin") throws {
    files = try Workspace()
    path = try files.write(
      name,
      """
      #!/bin/sh
      here=${0%/*}
      echo run >> "$here/runs"
      printf '%s\\n' "$@" > "$here/arguments"
      printf '%s' "$KUBERNETES_EXEC_INFO" > "$here/information"
      printf '%s' "$EXTRA" > "$here/extra"
      \(body)
      """)
    chmod(path, 0o755)
    ProgramFile.awaitWriters(of: path)
  }

  /// A script that hands out the status in its file `status`.
  static func handingOut(_ status: String) throws -> PluginScript {
    let script = try PluginScript(#"cat "$here/status""#)
    try script.handOut(status)
    return script
  }

  func handOut(_ status: String) throws {
    try files.write(
      "status", #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":\#(status)}"#)
  }

  /// How often it was started.
  var runs: Int { text("runs").split(separator: "\n").count }

  func text(_ name: String) -> String {
    FileManager.default.contents(atPath: files.path + "/" + name).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  func plugin(
    arguments: [String] = [], environment: [String: Redacted<String>] = [:], installHint: String? = nil
  ) -> ExecPlugin {
    ExecPlugin(
      version: .v1, command: path, arguments: arguments, environment: environment, installHint: installHint)
  }
}
