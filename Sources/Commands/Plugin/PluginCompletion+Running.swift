internal import ArgumentParser
internal import Controller
internal import Kubernetes

extension PluginCompletion {
  /// How long the API server may take: somebody waits at a prompt.
  private static let requestTimeout = Duration.seconds(2)

  /// Whether a program of this name completes for the plugin.
  static func isAsked(_ program: String) -> Bool {
    program.split(separator: "/").last == "kubectl_complete-whimbrel"
  }

  /// Writes what completes the last word; where resources cannot be listed, none are.
  static func run(_ words: [String]) async {
    OutputStream.standardOutput.write(lines(await candidates(words), beginningWith: words.last ?? ""))
  }

  private static func candidates(_ words: [String]) async -> [(value: String, description: String)] {
    switch PluginCompletion(words).answer {
    case .commands:
      return PluginCommand.configuration.subcommands.map {
        ($0.configuration.commandName ?? "", $0.configuration.abstract)
      }
    case .values(let values): return values.map { ($0, "") }
    case .nothing: return []
    case .resources(let options):
      do {
        let place = try ClusterOptions.parse(options)
        let configuration = try await place.configuration()
        return try await ClusterOptions.connected(to: configuration, as: "kubectl-whimbrel") { client in
          let namespace = place.namespace(configuration)
          return try await PluginResources(client: client.bounded(requestTimeout: requestTimeout), namespace: namespace)
            .list().map { ($0.key.name, $0.status?.summary ?? "") }
        }
      } catch {
        return []
      }
    }
  }
}
