internal import ArgumentParser
internal import Controller
internal import Kubernetes
internal import Support

/// `kubectl whimbrel status [NAME]`: one resource as a tree, or all as a table.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows where a resource stands and why; without a name, all of them.")

  @Argument(help: "The resource.")
  var name: String?

  @Flag(name: [.customShort("A"), .long], help: "In all namespaces.")
  var allNamespaces = false

  @Flag(name: [.customShort("w"), .long], help: "Shows the resource again after each change, until interrupted.")
  var watch = false

  @OptionGroup var output: PluginOutput
  @OptionGroup var cluster: ClusterOptions

  func validate() throws {
    if name != nil, allNamespaces { throw ValidationError("A name and --all-namespaces exclude each other.") }
    if watch, name == nil || output.isData {
      throw ValidationError("--watch needs the name of a resource, and no -o json or yaml.")
    }
  }

  func run() async throws {
    try await cluster.resources { resources in
      if output.isData {
        output.write(try await data(resources))
      } else if let name, watch {
        try await follow(name, resources)
      } else if let name {
        OutputStream.standardOutput.write(tree(try await resources.get(name)))
      } else {
        table(try await resources.list(everywhere: allNamespaces), resources.namespace)
      }
    }
  }

  private func data(_ resources: PluginResources) async throws -> JSONValue {
    if let name { return try await resources.raw(name).value }
    return RawCitusMigration.list(try await resources.rawList(everywhere: allNamespaces))
  }

  private func tree(_ resource: CitusMigration) -> String {
    StatusTree(resource: resource, now: WallClock.system.now(), isWide: output.isWide).tree
      .render(on: .standardOutput)
  }

  private func follow(_ name: String, _ resources: PluginResources) async throws {
    let clear = Terminal.standardOutput.isInteractive ? "\u{1B}[H\u{1B}[2J" : ""
    _ = try await resources.follow(name, for: nil) { resource in
      OutputStream.standardOutput.write(clear + tree(resource) + (clear.isEmpty ? "\n" : ""))
      return false
    }
  }

  private func table(_ list: [CitusMigration], _ namespace: String) {
    guard !list.isEmpty else {
      let place = allNamespaces ? "any namespace" : "namespace \(namespace)"
      OutputStream.standardError.write("No CitusMigration in \(VisibleText.cell(place)).\n")
      return
    }
    let table = StatusTable(resources: list, now: WallClock.system.now(), hasNamespace: allNamespaces)
    OutputStream.standardOutput.write(table.text(on: .standardOutput))
  }
}

/// All resources, a line each, with what holds them.
struct StatusTable {
  let resources: [CitusMigration]
  let now: Timestamp
  let hasNamespace: Bool

  func text(on terminal: Terminal) -> String {
    let columns = (hasNamespace ? ["NAMESPACE"] : []) + ["NAME", "STATE", "STATUS", "VERSION", "PENDING", "WHY"]
    let trees = resources.map { StatusTree(resource: $0, now: now, isWide: false) }
    let rows = trees.map { tree in
      let object = tree.resource
      return (hasNamespace ? [object.metadata.namespace ?? ""] : []) + [
        object.metadata.name, tree.word.text, object.status?.summary ?? "", object.status?.currentVersion ?? "",
        object.status?.pendingCount.map(String.init) ?? "", DisplayWidth.cut(object.why ?? "", to: 100),
      ]
    }
    let state = hasNamespace ? 2 : 1
    return PluginTable(columns: columns, rows: rows).render { cell, row, column in
      column == state ? trees[row].word.ink(cell, on: terminal) : cell
    }
  }
}
