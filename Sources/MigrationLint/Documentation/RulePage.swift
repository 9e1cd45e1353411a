/// The page of all rules, made from the rules themselves.
package enum RulePage {
  /// The list and a section for each rule, in Markdown.
  package static var text: String {
    let rows = Rule.all.map {
      "| [`\($0.id)`](#\($0.id)) | \($0.level.rawValue) | \($0.title) | \($0.hasEdits ? "yes" : "") |\n"
    }
    let head = "| rule | level | what is wrong | `--fix` |\n|---|---|---|---|\n"
    return head + rows.joined() + "\n" + Rule.all.map(section).joined(separator: "\n")
  }

  /// One rule.
  package static func section(_ rule: Rule) -> String {
    var text =
      "### \(rule.id)\n\n\(rule.title). Level: \(rule.level.rawValue).\n\n\(rule.why)\n\n**Instead:** \(rule.remedy)\n"
    if let message = rule.serverMessage { text += "\nThe server says: `\(message)`\n" }
    for example in rule.examples {
      let refusal = example.refusal.map { ", and refused by Citus: `\($0)`" } ?? ""
      let changed = example.changed.isEmpty ? "" : " (\(example.changed.joined(separator: ", ")) was changed)"
      text += "\n\(example.isBad ? "Found\(changed)" : "Not found")\(refusal):\n\n```sql\n\(example.text)\n```\n"
    }
    return text
  }
}
