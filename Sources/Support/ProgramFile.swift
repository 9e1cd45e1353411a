internal import Glibc

/// A file that this process has written and wants to start as a program.
package enum ProgramFile {
  /// Waits until nobody has the file open for writing; blocks.
  ///
  /// execve(2) refuses such a file with ETXTBSY. That its writer has closed it is not enough: a child that another
  /// thread forked in between holds a copy of the descriptor until its own execve. The kernel tells by granting a read
  /// lease or not (fcntl(2), F_SETLEASE). Where a file system has no leases, nothing is waited for.
  /// - Parameter limit: milliseconds until it gives up; whoever starts the program then sees ETXTBSY itself.
  package static func awaitWriters(of path: String, limit: Int = 5000) {
    // F_SETLEASE, which the Glibc module does not have.
    let setLease: CInt = 1024
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    for _ in 0..<limit {
      if fcntl(descriptor, setLease, CInt(F_RDLCK)) == 0 {
        _ = fcntl(descriptor, setLease, CInt(F_UNLCK))
        return
      }
      guard errno == EAGAIN else { return }
      usleep(1000)
    }
  }
}
