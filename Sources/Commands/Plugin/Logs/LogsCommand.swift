internal import ArgumentParser
internal import Kubernetes

/// `kubectl whimbrel logs [NAME]`: what the controller has logged about a resource.
struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Shows the controller's log about a resource; without a name, all of it.",
    discussion: """
      Of all replicas, in the order of time, as far as their nodes still have it. Needs the right to list pods and to get \
      pods/log where the controller runs.
      """)

  @Argument(help: "The resource.")
  var name: String?

  @Flag(name: [.customShort("f"), .long], help: "Goes on with what is logged from now on, until interrupted.")
  var follow = false

  @Option(help: "Only what was logged within this time: 1h, 30m.")
  var since: DurationArgument?

  @Option(help: "Only so many lines, the latest.")
  var tail: Int?

  @Option(help: "Where the controller runs; looked for in all namespaces if absent.")
  var controllerNamespace: String?

  @OptionGroup var cluster: ClusterOptions

  func validate() throws {
    if let tail, tail < 0 { throw ValidationError("--tail is a number of lines, 0 or more.") }
    if let since, since.value <= .zero { throw ValidationError("--since is a time such as 1h, more than 0.") }
    if controllerNamespace?.isEmpty == true { throw ValidationError("--controller-namespace is the name of one.") }
  }

  func run() async throws {
    try await cluster.resources { resources in
      let subject = name.map { ObjectKey(namespace: resources.namespace, name: $0) }
      let pods = ControllerPods(client: resources.client, namespace: controllerNamespace)
      let terminal = Terminal.standardOutput
      // One pod needs no name before its lines; while they are followed another one may come.
      let names = try await pods.list().map(\.key.name)
      let isNamed = follow || names.count > 1
      let log = ControllerLog(
        client: resources.client, pods: pods, resource: subject, since: since?.value, tail: tail,
        write: { lines in
          let text = lines.map { line in
            (isNamed ? Ink.faint(VisibleText.cell(line.pod), on: terminal) + " " : "")
              + line.record.text(on: terminal) + "\n"
          }
          OutputStream.standardOutput.write(text.joined())
        },
        note: { OutputStream.standardError.write(VisibleText.cell($0) + "\n") })
      let read = try await log.readOnce()
      if follow {
        try await log.follow()
      } else if read.lines == 0, tail != 0 {
        let subject = subject.map { " about \($0)" } ?? ""
        let names = read.pods.map { $0.key.description }.joined(separator: ", ")
        OutputStream.standardError.write(VisibleText.cell("No line\(subject) in the logs of \(names).") + "\n")
      }
    }
  }
}
