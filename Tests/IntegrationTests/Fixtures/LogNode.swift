import TestSupport
import Testing

/// A Node on a real API server whose kubelet is a small HTTPS server that hands out logs, and nothing else of a kubelet.
struct LogNode {
  private let kubectl: Kubectl
  private let folder: TemporaryDirectory
  private let name: String

  /// Runs `body` with a node; pods and node are gone afterwards.
  static func run(_ kubectl: Kubectl, _ body: (LogNode) async throws -> Void) async throws {
    let folder = try TemporaryDirectory()
    try await ToolRun.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem",
      ], in: folder.path)
    let script = try folder.write(server, to: "kubelet.py")
    _ = try await RunningProcess.run("python3", ["-u", script, folder.path]) { server in
      try await server.waitForOutput("port ")
      let port = try #require(server.output.firstMatch(of: /port (\d+)/)).1
      let node = LogNode(kubectl: kubectl, folder: folder, name: "node-\(kubectl.namespace)")
      do {
        try await kubectl.apply(
          """
          apiVersion: v1
          kind: Node
          metadata: {name: \(node.name)}
          status:
            addresses: [{type: InternalIP, address: 127.0.0.1}]
            daemonEndpoints: {kubeletEndpoint: {Port: \(port)}}
          """)
        try await body(node)
        try await node.clear()
      } catch {
        print("--- requests to the kubelet\n\(server.output.suffix(4000))---")
        try? await node.clear()
        throw error
      }
    }
  }

  /// Makes a pod of the controller on the node; its log is the file, which a process writes.
  func makePod(_ pod: String) async throws -> String {
    let log = try folder.write("", to: pod)
    try await kubectl.apply(
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: \(pod)
        labels: {app.kubernetes.io/name: whimbrel, app.kubernetes.io/component: controller}
      spec:
        nodeName: \(name)
        containers: [{name: proxy, image: none}, {name: controller, image: none}]
      """)
    return log
  }

  /// Takes a pod away; who follows its log reads its end.
  func removePod(_ pod: String) async throws {
    try await kubectl("delete", "pod", pod, "--force", "--grace-period=0", "--wait=false")
    try folder.write("", to: pod + ".gone")
  }

  private func clear() async throws {
    try await kubectl("delete", "pods", "--all", "--force", "--grace-period=0", "--wait=false")
    try await kubectl("delete", "node", name, "--wait=false")
  }

  // `/containerLogs/NAMESPACE/POD/CONTAINER` as kubelet 1.20 answers it (pkg/kubelet/server/server.go, getContainerLogs):
  // each line with the time at which the runtime wrote it down, here the time that is in the line.
  private static let server = #"""
    import http.server, os, re, ssl, sys, time, urllib.parse

    folder = sys.argv[1]

    class Kubelet(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            address = urllib.parse.urlparse(self.path)
            query = dict(urllib.parse.parse_qsl(address.query))
            _, kind, namespace, pod, container = address.path.split("/")
            path = os.path.join(folder, pod)
            if kind != "containerLogs" or container != "controller" or os.path.exists(path + ".gone"):
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            with open(path, "rb") as log:
                lines = log.readlines()
                if "sinceTime" in query:
                    lines = [line for line in lines if self.stamp(line) >= query["sinceTime"].rstrip("Z")]
                if "tailLines" in query:
                    lines = lines[len(lines) - int(query["tailLines"]):]
                for line in lines:
                    self.chunk(line)
                rest = b""
                while query.get("follow") == "true" and not os.path.exists(path + ".gone"):
                    rest += log.readline()
                    if rest.endswith(b"\n"):
                        self.chunk(rest)
                        rest = b""
                    else:
                        time.sleep(0.05)
            self.wfile.write(b"0\r\n\r\n")

        def stamp(self, line):
            return re.search(r"\d{4}-\d\d-\d\dT[\d:.]+", line.decode()).group(0)

        def chunk(self, line):
            line = (self.stamp(line) + "Z ").encode() + line
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Kubelet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print("port", server.server_address[1])
    server.serve_forever()
    """#
}
