internal import ArgumentParser
internal import Controller
internal import Kubernetes
internal import Support

/// `whimbrel dev`: what is saved in a directory is applied, by the controller of a local cluster.
struct DevCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dev",
    abstract:
      "Publish a directory to a local cluster whenever a file is saved, and show what the controller makes of it.",
    discussion: """
      Keeps the ConfigMap that the CitusMigration names as the directory is; a controller that serves its namespace \
      applies it. Only contexts of local clusters are accepted (kind-*, k3d-*, minikube, docker-desktop and the like), \
      or the one of --allow-context. Files that are still being written, that have no statement, or that end within a \
      literal are held back. SIGINT ends it.
      """)

  @Argument(help: "The name of the CitusMigration.")
  var name: String

  @Option(help: "The directory of the migrations.")
  var directory: String

  @Option(help: "How long nothing must happen before a change counts (10ms to 10s).")
  var settle = DurationArgument(.milliseconds(100))

  @OptionGroup var cluster: ClusterOptions

  @Option(help: "A context to accept although its name is none of a local cluster.")
  var allowContext: String?

  func validate() throws {
    guard settle.value >= .milliseconds(10), settle.value <= .seconds(10) else {
      throw ValidationError("--settle must be between 10ms and 10s, not \(DurationText.format(settle.value)).")
    }
  }

  func run() async throws {
    do throws(KubernetesError) {
      let configuration = try await cluster.configuration()
      guard LocalCluster.accepts(configuration.context, allowed: allowContext) else {
        throw KubernetesError(
          code: .configuration,
          message:
            "the context \(configuration.context.map { "'\($0)'" } ?? "of a pod") is not that of a local cluster "
            + "(\(LocalCluster.names.joined(separator: ", "))); name it by --allow-context if migrations may be applied "
            + "there while they are written")
      }
      try await follow(configuration)
    } catch {
      StandardError.write("\(VisibleText.paragraph(error.message))\n")
      throw ExitCode(2)
    }
  }

  private func follow(_ configuration: KubernetesConfiguration) async throws(KubernetesError) {
    let key = ObjectKey(namespace: cluster.namespace(configuration), name: name)
    try await ClusterOptions.connected(to: configuration) { client throws(KubernetesError) in
      let loop = try await loop(client, key)
      loop.voice.note("\(directory) -> ConfigMap \(loop.configMap) -> CitusMigration \(key), \(configuration.origin)")
      _ = await Interruptible.run { _ in
      } _: {
        await loop.run()
      }
    }
  }

  private func loop(_ client: KubernetesClient, _ key: ObjectKey) async throws(KubernetesError) -> DevLoop {
    let object = try await client.get(CitusMigration.self, name: key.name, namespace: key.namespace)
    guard let spec = object.spec, let names = spec.migrations.configMap?.names, let map = names.first, names.count == 1
    else {
      throw KubernetesError(
        code: .configuration,
        message:
          "CitusMigration \(key) does not take its migrations from one ConfigMap; set spec.migrations.configMap.names")
    }
    return DevLoop(
      client: client, resource: key, configMap: ObjectKey(namespace: key.namespace, name: map), directory: directory,
      names: ScriptNames(suffixes: spec.flyway?.sqlMigrationSuffixes ?? [".sql"]), settle: settle.value,
      voice: DevVoice(terminal: .standardOutput, clock: .system),
      informer: Informer(
        CitusMigration.self, client: client,
        scope: .init(namespace: key.namespace, fieldSelector: "metadata.name=\(key.name)"), logger: LogOptions.quiet))
  }
}
