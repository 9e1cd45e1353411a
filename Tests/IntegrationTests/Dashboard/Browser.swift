import FoundationEssentials
import Glibc
import HTTP
import TestSupport
import Testing

/// A headless Chromium, driven through `chromedriver` by the W3C's WebDriver protocol: plain HTTP with JSON.
struct Browser: Sendable {
  /// What is missing; nil when everything is there.
  static let missing: String? = {
    let folders = ["/usr/bin/", "/usr/local/bin/", "/usr/lib/chromium/", "/snap/bin/"]
    let absent = ["chromedriver", "chromium"].filter { name in folders.allSatisfy { access($0 + name, X_OK) != 0 } }
    return absent.isEmpty
      ? nil : "\(absent.joined(separator: " and ")) not installed: infrastructure/dependencies browser"
  }()

  /// How wide and high the window is, and whether the reader's system is dark.
  struct Window: Sendable {
    var width = 1280
    var height = 860
    var isDark = false
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let client: HTTPClient
  private let session: String

  /// Runs `body` with a browser that knows nothing of any other.
  static func run(_ body: (Browser) async throws -> Void) async throws {
    _ = try await RunningProcess.run("chromedriver", ["--port=0"]) { driver in
      let port = try await eventually("the port of chromedriver", lastState: { driver.output }) {
        driver.output.firstMatch(of: /started successfully on port (\d+)/).map { String($0.1) }
      }
      let client = HTTPClient()
      let url = "http://127.0.0.1:\(port)/session"
      let options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"]
      struct Session: Decodable { var sessionId: String }
      let list = options.map { "\"\($0)\"" }.joined(separator: ",")
      let capabilities =
        #"{"capabilities":{"alwaysMatch":{"browserName":"chrome","goog:loggingPrefs":{"browser":"ALL"},"#
        + #""goog:chromeOptions":{"args":[\#(list)]}}}}"#
      let made: Session = try await call(client, "POST", url, capabilities)
      let browser = Browser(client: client, session: "\(url)/\(made.sessionId)")
      do {
        try await body(browser)
      } catch {
        print("--- the page\n\((try? await browser.text()) ?? "")\n--- \((try? await browser.complaints()) ?? [])")
        try? await browser.end()
        throw error
      }
      try await browser.end()
    }
  }

  private func end() async throws {
    let _: Nothing = try await Self.call(client, "DELETE", session, nil)
    await client.close()
  }

  // MARK: What a reader does

  func open(_ url: String, _ window: Window = Window()) async throws {
    try await devTools(
      "Emulation.setDeviceMetricsOverride",
      #"{"width":\#(window.width),"height":\#(window.height),"deviceScaleFactor":1,"mobile":false}"#)
    try await devTools(
      "Emulation.setEmulatedMedia",
      #"{"features":[{"name":"prefers-color-scheme","value":"\#(window.isDark ? "dark" : "light")"}]}"#)
    // Another fragment alone would load nothing.
    for address in ["about:blank", url] {
      let _: Nothing = try await Self.call(client, "POST", session + "/url", #"{"url":"\#(address)"}"#)
    }
  }

  /// Presses keys, as WebDriver spells them (`\uE004` is Tab, `\uE007` Enter).
  func press(_ keys: String) async throws {
    let actions = try keys.map { key in
      let text = String(decoding: try JSONEncoder().encode(String(key)), as: UTF8.self)
      return #"{"type":"keyDown","value":\#(text)},{"type":"keyUp","value":\#(text)}"#
    }
    let _: Nothing = try await Self.call(
      client, "POST", session + "/actions",
      #"{"actions":[{"type":"key","id":"keys","actions":[\#(actions.joined(separator: ","))]}]}"#)
  }

  // MARK: What a reader sees

  /// The value of an expression in the page.
  func value<Value: Decodable>(_ expression: String) async throws -> Value {
    let script = String(decoding: try JSONEncoder().encode("return \(expression);"), as: UTF8.self)
    return try await Self.call(client, "POST", session + "/execute/sync", #"{"script":\#(script),"args":[]}"#)
  }

  /// All text of the page.
  func text() async throws -> String { try await value("document.body.innerText") }

  /// How many elements a selector finds.
  func count(_ selector: String) async throws -> Int {
    try await value("document.querySelectorAll(`\(selector)`).length")
  }

  /// Waits until the page shows a text.
  func wait(for part: String) async throws {
    _ = try await eventually("the page shows '\(part)'", timeout: .seconds(30), every: .milliseconds(50)) {
      try await text().contains(part) ? true : nil
    }
  }

  /// Clicks what a selector finds.
  func click(_ selector: String) async throws {
    let _: Bool = try await value("(document.querySelector(`\(selector)`).click(), true)")
  }

  /// What the browser complained about: scripts that failed, what the content security policy refused.
  func complaints() async throws -> [String] {
    struct Entry: Decodable { var level: String, message: String }
    let entries: [Entry] = try await Self.call(client, "POST", session + "/se/log", #"{"type":"browser"}"#)
    // An answer that refuses is no fault of the page.
    return entries.map(\.message).filter { !$0.contains("Failed to load resource") }
  }

  /// Keeps what the window shows, where `WHIMBREL_SCREENSHOTS` names a folder.
  func picture(_ name: String) async throws {
    let image: String = try await Self.call(client, "GET", session + "/screenshot", nil)
    let data = try #require(Data(base64Encoded: image))
    #expect(data.count > 5000, "a picture of something")
    guard let folder = getenv("WHIMBREL_SCREENSHOTS").map({ String(cString: $0) }), !folder.isEmpty else { return }
    try data.write(to: URL(filePath: "\(folder)/dashboard-\(name).png"))
  }

  // MARK: The protocol

  private struct Answer<Value: Decodable>: Decodable {
    var value: Value
  }

  private struct Nothing: Decodable {
    init(from decoder: any Decoder) {}
  }

  private func devTools(_ command: String, _ parameters: String) async throws {
    let _: Nothing = try await Self.call(
      client, "POST", session + "/goog/cdp/execute", #"{"cmd":"\#(command)","params":\#(parameters)}"#)
  }

  private static func call<Value: Decodable>(
    _ client: HTTPClient, _ method: String, _ url: String, _ body: String?
  ) async throws -> Value {
    let response = try await client.send(
      HTTPRequest(
        method: method, url: url, headers: [("Content-Type", "application/json")], body: body.map { Array($0.utf8) },
        totalTimeout: .seconds(60)))
    let bytes = try await response.body.collect(upTo: 32 << 20)
    guard response.status == 200 else {
      throw Failure(description: "\(method) \(url): \(String(decoding: bytes.prefix(2000), as: UTF8.self))")
    }
    return try JSONDecoder().decode(Answer<Value>.self, from: Data(bytes)).value
  }
}
