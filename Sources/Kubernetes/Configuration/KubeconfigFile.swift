internal import YAML

/// A kubeconfig and the place that it was read from, to which its paths are relative.
struct KubeconfigFile {
  let path: String
  /// The directory for relative paths; nil if the content may not name files at all.
  let directory: String?
  let content: Kubeconfig

  /// Reads one file.
  static func read(_ path: String) async throws(KubernetesError) -> KubeconfigFile {
    let bytes = try await BoundedFile.read(path)
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    return try decode(bytes, path: path, directory: directory)
  }

  /// Reads the files of a `KUBECONFIG` list that are there; kubectl, too, skips those that are not.
  static func readList(_ list: String) async throws(KubernetesError) -> [KubeconfigFile] {
    var files: [KubeconfigFile] = []
    for path in list.split(separator: ":").map(String.init) where await BoundedFile.isReadable(path) {
      files.append(try await read(path))
    }
    guard !files.isEmpty else {
      throw KubernetesError(
        code: .configuration,
        message: "KUBECONFIG names no file that can be read (\(list)); correct it, or unset it to use the default")
    }
    return files
  }

  static func decode(
    _ bytes: [UInt8], path: String, directory: String?
  ) throws(KubernetesError) -> KubeconfigFile {
    do throws(YAMLError) {
      let content = try YAMLDecoder().decode(Kubeconfig.self, from: bytes)
      return KubeconfigFile(path: path, directory: directory, content: content)
    } catch {
      throw KubernetesError(code: .configuration, message: "kubeconfig \(path): \(error)")
    }
  }

  /// The path of a file that the field names.
  func resolve(_ named: String, field: String) throws(KubernetesError) -> String {
    guard let directory else {
      throw KubernetesError(
        code: .configuration,
        message:
          "kubeconfig \(path): \(field) names a file, which is not allowed here; put the data into the kubeconfig")
    }
    return named.hasPrefix("/") ? named : directory + named
  }
}
