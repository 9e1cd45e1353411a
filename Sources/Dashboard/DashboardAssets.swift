/// The files of the dashboard, which are part of the binary.
package enum DashboardAssets {
  /// One file.
  package struct File: Sendable {
    /// Where it is served.
    package let path: String
    package let contentType: String
    package let bytes: [UInt8]
    /// Changes with the content; in quotes, as `ETag` has it.
    package let tag: String

    init(_ path: String, _ contentType: String, _ bytes: [UInt8]) {
      self.path = path
      self.contentType = contentType
      self.bytes = bytes
      // FNV-1a: it tells versions apart, and proves nothing.
      let hash = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      tag = "\"\(String(hash, radix: 36))\""
    }
  }

  /// All of them.
  package static let files: [File] = {
    let script = "text/javascript; charset=utf-8"
    return [
      File("/", "text/html; charset=utf-8", PackageResources.index_html),
      File("/assets/dashboard.css", "text/css; charset=utf-8", PackageResources.dashboard_css),
      File("/assets/icon.svg", "image/svg+xml", PackageResources.icon_svg),
      File("/assets/theme.js", script, PackageResources.theme_js),
      File("/assets/main.js", script, PackageResources.main_js),
      File("/assets/live.js", script, PackageResources.live_js),
      File("/assets/dom.js", script, PackageResources.dom_js),
      File("/assets/card.js", script, PackageResources.card_js),
      File("/assets/board.js", script, PackageResources.board_js),
      File("/assets/resource.js", script, PackageResources.resource_js),
    ]
  }()
}
