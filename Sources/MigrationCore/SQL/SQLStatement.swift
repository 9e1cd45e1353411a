/// One statement of a script, to be sent to the server alone.
package struct SQLStatement: Sendable, Hashable {
  /// Verbatim from the first to the last token that means something, without the `;`; comments between them included.
  package let text: String
  /// Of the first token, in the text that was split.
  package let position: SourcePosition
  /// What is known without a server.
  package let facts: StatementFacts
  /// The data lines behind `COPY ... FROM STDIN`, each with its line end, without the line `\.`; nil for the others.
  package let copyData: [UInt8]?
  /// What is done instead of sending `text`, which is a directive then; nil for what is SQL.
  package let backfill: Backfill?

  /// A statement from its parts.
  package init(
    text: String, position: SourcePosition, facts: StatementFacts, copyData: [UInt8]? = nil, backfill: Backfill? = nil
  ) {
    self.text = text
    self.position = position
    self.facts = facts
    self.copyData = copyData
    self.backfill = backfill
  }

  /// Of the first token, in bytes.
  package var byteOffset: Int { position.byteOffset }
  /// Of the first token, from 1.
  package var line: Int { position.line }
  /// Of the first token, from 1, in Unicode scalars.
  package var column: Int { position.column }
  /// Whether the server runs it inside a transaction block.
  package var isTransactional: Bool { facts.isTransactional }
}
