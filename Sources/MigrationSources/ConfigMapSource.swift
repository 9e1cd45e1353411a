package import Kubernetes
internal import MigrationCore

/// Migrations in ConfigMaps: each key is a file name.
package enum ConfigMapSource {
  /// Merges ConfigMaps into one snapshot; the order does not matter.
  /// - Throws: `invalid` when two of them hold the same file, `tooLarge` beyond the limits.
  package static func snapshot(
    of maps: [ConfigMap], limits: SourceLimits = SourceLimits()
  ) throws(SourceError) -> SourceSnapshot {
    var owners: [String: String] = [:]
    var files: [ScriptFile] = []
    var total = 0
    let sorted = maps.sorted { $0.metadata.name < $1.metadata.name }
    for map in sorted {
      let texts = map.data.map { (name: $0.key, bytes: Array($0.value.utf8)) }
      let binaries = map.binaryData.map { (name: $0.key, bytes: $0.value) }
      for (name, bytes) in (texts + binaries).sorted(by: { $0.name < $1.name }) {
        if let owner = owners[name] {
          throw SourceError(
            .invalid,
            "file '\(name)' is in ConfigMap '\(owner)' and in ConfigMap '\(map.metadata.name)'; remove one of them")
        }
        owners[name] = map.metadata.name
        total += bytes.count
        files.append(ScriptFile(path: name, bytes: bytes))
        guard files.count <= limits.files, total <= limits.totalBytes else {
          throw SourceError(
            .tooLarge, "the ConfigMaps hold more than \(limits.files) files or \(limits.totalBytes >> 20) MiB")
        }
      }
    }
    let origin = "configmap/" + sorted.map(\.metadata.name).joined(separator: ",")
    return SourceSnapshot(origin: String(origin.prefix(512)), files: files)
  }
}
