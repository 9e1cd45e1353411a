/// One repository of the cache: what one address gave to one set of credentials.
///
/// Objects are fetched by one repository and read by another, which has the same objects and no remote, so that reading
/// never fetches anything, one object at a time, behind the back of the limits.
struct GitCacheEntry: Sendable, Equatable {
  let name: String
  let path: String

  /// Fetches, and has the objects.
  var writer: String { "\(path)/writer.git" }
  /// Reads.
  var reader: String { "\(path)/reader.git" }
  var objects: String { "\(writer)/objects" }
  var packs: String { "\(objects)/pack" }
  /// Its time of change is when the entry was used last.
  var mark: String { "\(path)/used" }
}
