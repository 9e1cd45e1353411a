import HTTP
import Support
import Testing

/// A server in Node.js that speaks HTTP/2 and HTTP/1.1 over TLS, whichever the client takes.
final class NodeServer: Sendable {
  let port: Int
  private let process: ChildProcess

  static func start(_ certificates: Certificates) async throws -> NodeServer {
    try await BlockingWork.run { () throws(any Error) in try NodeServer(certificates) }
  }

  private init(_ certificates: Certificates) throws {
    process = try ChildProcess([
      "node", "-e", Self.script, certificates.path("server.key"), certificates.path("server.pem"),
    ])
    guard let line = process.nextLine(), let port = Int(line) else {
      throw ChildProcess.Failure(description: "the Node.js server did not start")
    }
    self.port = port
  }

  deinit {
    process.kill()
  }

  private static let script = """
    const http2 = require('node:http2'), fs = require('node:fs');
    const [key, cert] = process.argv.slice(1).map(name => fs.readFileSync(name));
    let sessions = 0, closed = 0, waiting = [];
    const server = http2.createSecureServer({ key, cert, allowHTTP1: true });
    server.on('secureConnection', () => sessions++);
    server.on('request', (request, response) => {
      if (request.url === '/watch') {
        response.on('close', () => { closed++; waiting = waiting.filter(check => !check()); });
        response.writeHead(200); response.write('begin');
      } else if (request.url === '/flood') {
        response.writeHead(200);
        const block = Buffer.alloc(1 << 20);
        const more = () => { while (response.write(block)); };
        response.on('drain', more); more();
      } else if (request.url.startsWith('/closed/')) {
        const wanted = Number(request.url.slice(8));
        const check = () => closed >= wanted && (response.end(String(closed)), true);
        if (!check()) waiting.push(check);
      } else {
        let length = 0;
        request.on('data', data => length += data.length);
        request.on('end', () => response.end([request.httpVersion, request.headers[':authority'] ?? request.headers.host,
          request.socket.servername, request.method, length, sessions].join(' ')));
      }
    });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
    """
}

@Suite(
  "HTTP/2", .timeLimit(.minutes(5)),
  .enabled(
    if: ChildProcess.isInstalled("node") && ChildProcess.isInstalled("openssl"),
    "Node.js is the HTTP/2 server of these tests, and the openssl tool makes its certificates"))
struct HTTP2Tests {
  private struct Fixture {
    let certificates: Certificates
    let server: NodeServer
    let client = HTTPClient()
    let tls: TLSSettings

    init() async throws {
      certificates = try await Certificates.make()
      server = try await NodeServer.start(certificates)
      tls = TLSSettings(certificateAuthority: try certificates.bytes("authority.pem"))
    }

    func request(_ path: String, host: String = "127.0.0.1") -> HTTPRequest {
      HTTPRequest(url: "https://\(host):\(server.port)\(path)", totalTimeout: .seconds(30), tls: tls)
    }

    func text(_ request: HTTPRequest) async throws(HTTPError) -> [String] {
      let bytes = try await client.send(request).body.collect(upTo: 1000)
      return String(decoding: bytes, as: UTF8.self).split(separator: " ").map { String($0) }
    }
  }

  @Test("HTTP/2 is used when it is offered, also for uploads")
  func offered() async throws {
    let fixture = try await Fixture()
    var request = fixture.request("/")
    request.method = "PUT"
    request.body = [UInt8](repeating: 1, count: 1_000_000)
    let answer = try await fixture.text(request)
    #expect(answer.prefix(2) == ["2.0", "127.0.0.1:\(fixture.server.port)"])
    #expect(answer.suffix(3) == ["PUT", "1000000", "1"])
    await fixture.client.close()
  }

  @Test("with another server name, SNI has that name and the authority stays the URL's")
  func serverName() async throws {
    let fixture = try await Fixture()
    var request = fixture.request("/", host: "localhost")
    request.tls.serverName = "server.test"
    let answer = try await fixture.text(request)
    #expect(answer.prefix(3) == ["2.0", "localhost:\(fixture.server.port)", "server.test"])
    await fixture.client.close()
  }

  @Test("80 watches share one connection, and a dropped one ends its stream only")
  func multiplexing() async throws {
    let fixture = try await Fixture()
    let client = fixture.client
    let watch = fixture.request("/watch")
    var responses = try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
      for _ in 0..<80 { group.addTask { try await client.send(watch) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(try await fixture.text(fixture.request("/")).last == "1")
    responses.removeLast()
    #expect(try await fixture.text(fixture.request("/closed/1")) == ["1"])
    responses.removeAll()
    #expect(try await fixture.text(fixture.request("/closed/80")) == ["80"])
    await client.close()
  }

  @Test("a stream that nobody reads does not hold up the others of its connection")
  func pausedStream() async throws {
    let fixture = try await Fixture()
    let flood = try await fixture.client.send(fixture.request("/flood"))
    var reader = flood.body.makeAsyncIterator()
    _ = try await reader.next()
    for _ in 0..<20 { #expect(try await fixture.text(fixture.request("/")).last == "1") }
    #expect(flood.body.mostBuffered <= 272 * 1024)
    await fixture.client.close()
  }

  @Test("a verified request never takes a connection that was not verified, nor one of another authority")
  func noMixing() async throws {
    let fixture = try await Fixture()
    var careless = fixture.request("/")
    careless.tls = TLSSettings(verify: false)
    #expect(try await fixture.text(careless).last == "1")
    var wrong = fixture.request("/")
    wrong.tls.certificateAuthority = try fixture.certificates.bytes("other.pem")
    let request = wrong
    #expect(await errorCode { () throws(HTTPError) in _ = try await fixture.text(request) } == .tlsFailed)
    #expect(try await fixture.text(fixture.request("/")).count == 6)
    #expect(await errorCode { () throws(HTTPError) in _ = try await fixture.text(request) } == .tlsFailed)
    await fixture.client.close()
  }
}
