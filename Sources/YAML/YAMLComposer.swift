/// Builds nodes from events, within the limits.
struct YAMLComposer: ~Copyable {
  /// A node with what it costs when an alias repeats it.
  private struct Composed {
    var node: YAMLNode
    var nodes: Int
    var height: Int
  }

  private var parser: YAMLEventParser
  private let limits: YAMLLimits
  private var anchors: [String: Composed] = [:]
  private var count = 0

  init(bytes: [UInt8], limits: YAMLLimits) {
    parser = YAMLEventParser(bytes: bytes)
    self.limits = limits
  }

  mutating func documents() throws(YAMLError) -> [YAMLNode] {
    var result: [YAMLNode] = []
    while true {
      let (event, mark) = try parser.next()
      switch event {
      case .streamStart, .documentEnd: continue
      case .streamEnd: return result
      case .documentStart:
        anchors = [:]
        let (first, firstMark) = try parser.next()
        result.append(try compose(first, at: firstMark, depth: 0).node)
      default:
        throw YAMLError(code: .syntax, message: "unexpected content outside of a document", mark: mark)
      }
    }
  }

  private mutating func compose(_ event: YAMLEvent, at mark: YAMLMark, depth: Int) throws(YAMLError) -> Composed {
    switch event {
    case .alias(let name):
      return try expand(name, at: mark, depth: depth)
    case .scalar(let scalar, let anchor):
      try spend(1, at: mark)
      try checkTag(scalar.tag, allowed: Self.scalarTags, at: mark)
      return remember(.scalar(scalar), anchor, nodes: 1, height: 0, mark)
    case .sequenceStart(let anchor, let tag):
      try enter(depth: depth, at: mark)
      try checkTag(tag, allowed: ["tag:yaml.org,2002:seq"], at: mark)
      return try sequence(anchor, at: mark, depth: depth)
    case .mappingStart(let anchor, let tag):
      try enter(depth: depth, at: mark)
      try checkTag(tag, allowed: ["tag:yaml.org,2002:map"], at: mark)
      return try mapping(anchor, at: mark, depth: depth)
    default:
      throw YAMLError(code: .syntax, message: "expected a value", mark: mark)
    }
  }

  private mutating func sequence(_ anchor: String?, at mark: YAMLMark, depth: Int) throws(YAMLError) -> Composed {
    var elements: [YAMLNode] = []
    var (nodes, height) = (1, 1)
    while true {
      let (event, place) = try parser.next()
      if case .sequenceEnd = event { break }
      let element = try compose(event, at: place, depth: depth + 1)
      elements.append(element.node)
      nodes += element.nodes
      height = max(height, element.height + 1)
    }
    return remember(.sequence(elements), anchor, nodes: nodes, height: height, mark)
  }

  private mutating func mapping(_ anchor: String?, at mark: YAMLMark, depth: Int) throws(YAMLError) -> Composed {
    var entries: [YAMLNode.Entry] = []
    var seen: [String: YAMLMark] = [:]
    var (nodes, height) = (1, 1)
    while true {
      let (event, place) = try parser.next()
      if case .mappingEnd = event { break }
      let key = try key(event, at: place)
      if let first = seen.updateValue(place, forKey: key) {
        throw YAMLError(
          code: .duplicateKey, message: "the key '\(key)' is already set in line \(first.line); remove one of the two",
          mark: place)
      }
      let (valueEvent, valueMark) = try parser.next()
      let value = try compose(valueEvent, at: valueMark, depth: depth + 1)
      entries.append(YAMLNode.Entry(key: key, keyMark: place, value: value.node))
      nodes += value.nodes + 1
      height = max(height, value.height + 1)
    }
    return remember(.mapping(entries), anchor, nodes: nodes, height: height, mark)
  }

  private mutating func key(_ event: YAMLEvent, at mark: YAMLMark) throws(YAMLError) -> String {
    try spend(1, at: mark)
    switch event {
    case .scalar(let scalar, let anchor):
      if scalar.text == "<<", scalar.style == .plain {
        throw YAMLError(
          code: .unsupported, message: "merge keys (<<) are not supported; write the keys out", mark: mark)
      }
      _ = remember(.scalar(scalar), anchor, nodes: 1, height: 0, mark)
      return scalar.text
    case .alias(let name):
      if let scalar = anchors[name]?.node.scalar { return scalar.text }
      fallthrough
    default:
      throw YAMLError(code: .unsupported, message: "only scalars are supported as keys", mark: mark)
    }
  }

  private mutating func expand(_ name: String, at mark: YAMLMark, depth: Int) throws(YAMLError) -> Composed {
    guard let target = anchors[name] else {
      throw YAMLError(
        code: .syntax, message: "the alias *\(name) refers to no anchor that is complete before it", mark: mark)
    }
    try spend(target.nodes, at: mark)
    try enter(depth: depth + target.height - 1, at: mark)
    return target
  }

  private mutating func remember(
    _ content: YAMLNode.Content, _ anchor: String?, nodes: Int, height: Int, _ mark: YAMLMark
  ) -> Composed {
    let composed = Composed(node: YAMLNode(content: content, mark: mark), nodes: nodes, height: height)
    if let anchor { anchors[anchor] = composed }
    return composed
  }

  // MARK: Limits

  private mutating func enter(depth: Int, at mark: YAMLMark) throws(YAMLError) {
    try spend(1, at: mark)
    guard depth < limits.depth else {
      throw YAMLError(code: .limit, message: "nested deeper than \(limits.depth) levels", mark: mark)
    }
  }

  private mutating func spend(_ nodes: Int, at mark: YAMLMark) throws(YAMLError) {
    let (sum, overflow) = count.addingReportingOverflow(nodes)
    guard !overflow, sum <= limits.nodes else {
      throw YAMLError(
        code: .limit, message: "more than \(limits.nodes) nodes after aliases are expanded", mark: mark)
    }
    count = sum
  }

  private static let scalarTags: Set<String> = [
    "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:null",
  ]

  private func checkTag(_ tag: String?, allowed: Set<String>, at mark: YAMLMark) throws(YAMLError) {
    guard let tag, !allowed.contains(tag) else { return }
    throw YAMLError(code: .unsupported, message: "the tag \(tag) is not supported; remove it", mark: mark)
  }
}
