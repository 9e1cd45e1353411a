import TestSupport

/// The files of manifests/monitoring.
enum MonitoringFiles {
  static func read(_ name: String) throws -> String {
    try TextFile.read(Checkout.path + "/manifests/monitoring/" + name)
  }

  /// The alerts as a rule file, which is what stands under `spec`.
  static func rules() throws -> String {
    let lines = try read("alerts.yaml").split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0 != "spec:" }.dropFirst().map { $0.dropFirst(2) }.joined(separator: "\n")
  }
}
