internal import Glibc

/// Which process is at the other end of a connection over the loopback, as the kernel tells in `/proc`.
enum SocketOwner {
  /// The process whose socket this accepted connection came from; nil if it is gone or belongs to another user.
  static func process(atClientEndOf accepted: Int32) -> Int32? {
    guard let inode = inode(ofLocalPort: LoopbackSocket.peerPort(of: accepted)) else { return nil }
    let link = "socket:[\(inode)]"
    return names(in: "/proc").lazy.compactMap { Int32($0) }.first { process in
      let folder = "/proc/\(process)/fd"
      return names(in: folder).contains { target(of: "\(folder)/\($0)") == link }
    }
  }

  private static func inode(ofLocalPort port: Int) -> String? {
    // Columns: slot, local address and port in hexadecimal, remote, state, queues, timers, ..., user, time-out, inode.
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let local = "0100007F:" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    guard let file = fopen("/proc/self/net/tcp", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let fields = text.split(separator: " ")
      if fields.count > 9, fields[1] == local { return String(fields[9]) }
    }
    return nil
  }

  private static func names(in folder: String) -> [String] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }

  private static func target(of link: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 128)
    let count = readlink(link, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}
