#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a node is.
typedef enum ctoml_kind {
  CTOML_TABLE = 0,
  CTOML_ARRAY = 1,
  CTOML_STRING = 2,
  CTOML_INTEGER = 3,
  CTOML_FLOAT = 4,
  CTOML_BOOLEAN = 5,
  /// A date, a time or both: `text` holds it as TOML writes it.
  CTOML_TIME = 6
} ctoml_kind;

/// A node. Nodes stand in one list, each before what it contains, keys in the order of their bytes.
typedef struct ctoml_node {
  ctoml_kind kind;
  /// From 1; 0 where the parser names no place.
  uint32_t line;
  uint32_t column;
  /// How many nodes it contains directly.
  uint32_t count;
  /// Inside a table the key, else NULL. Not ended by a zero byte.
  const char *key;
  size_t key_length;
  /// The string, the time, or the float as it was written if that is known. Not ended by a zero byte.
  const char *text;
  size_t text_length;
  int64_t integer;
  double floating;
} ctoml_node;

/// What a parsed document or its failure needs.
typedef struct ctoml_document ctoml_document;

/// Parses. NULL only when memory runs out. Free the result with ctoml_free.
ctoml_document *ctoml_parse(const char *bytes, size_t count);
void ctoml_free(ctoml_document *document);

/// NULL where the document was parsed, else a description, with its place; it may quote the input.
const char *ctoml_failure(const ctoml_document *document, uint32_t *line, uint32_t *column);

size_t ctoml_count(const ctoml_document *document);
/// The node at an index below ctoml_count; what it points to lives as long as the document.
ctoml_node ctoml_at(const ctoml_document *document, size_t index);

#ifdef __cplusplus
}
#endif

#endif
