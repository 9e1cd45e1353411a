internal import Glibc

/// A clock of a process that can be stepped while it runs: Debian's libfaketime, put before the C library.
package enum FakeClock {
  private static let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"

  /// Why no clock can be stepped here; nil if one can.
  package static let unavailableReason: String? =
    access(library, R_OK) == 0 ? nil : "Debian's package faketime is not installed"

  /// The file that says how far a replica's clock is off.
  static func file(_ folder: String, _ replica: String) -> String { "\(folder)/clock-\(replica)" }

  /// Lets a programme's wall clock follow the file within a second.
  ///
  /// The monotonic clocks stay true, as they do when a real clock is stepped. Without the names of (missing) shared
  /// memory the library would put some into the environment, which moves that away from behind the arguments, where
  /// Swift's runtime looks for them.
  static func environment(file: String) -> [String: String] {
    [
      "LD_PRELOAD": library, "FAKETIME_SHARED": "/none /none",
      "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_CACHE_DURATION": "1",
      "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    ]
  }

  /// Sets a replica's clock off by some seconds; 0 sets it right.
  static func set(_ seconds: Int, _ file: String) throws {
    try TextFile.write("\(seconds < 0 ? "-" : "+")\(abs(seconds))\n", to: file)
  }
}
