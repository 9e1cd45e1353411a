// toml++ behind a C border: no exception and no C++ type crosses it.

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 1
#define TOML_UNRELEASED_FEATURES 0
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.h>

#include <deque>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "ctoml.h"

struct ctoml_document {
  toml::table root;
  std::vector<ctoml_node> nodes;
  std::deque<std::string> times;
  std::string failure;
  uint32_t line = 0;
  uint32_t column = 0;
  bool has_failed = false;
};

namespace {

ctoml_node blank(const toml::node &node, const toml::key *key) {
  ctoml_node result{};
  const auto &place = key ? key->source().begin : node.source().begin;
  result.line = place.line;
  result.column = place.column;
  if (key) {
    result.key = key->str().data();
    result.key_length = key->str().size();
  }
  return result;
}

template <typename Value> void add_time(ctoml_document &document, ctoml_node &node, const toml::value<Value> &value) {
  std::ostringstream stream;
  stream << value.get();
  document.times.push_back(stream.str());
  node.kind = CTOML_TIME;
  node.text = document.times.back().data();
  node.text_length = document.times.back().size();
}

// Recursion is as deep as the document, which the caller bounds.
void add(ctoml_document &document, const toml::node &node, const toml::key *key) {
  auto result = blank(node, key);
  if (const auto *table = node.as_table()) {
    result.kind = CTOML_TABLE;
    result.count = static_cast<uint32_t>(table->size());
    document.nodes.push_back(result);
    for (const auto &[name, child] : *table) add(document, child, &name);
    return;
  }
  if (const auto *array = node.as_array()) {
    result.kind = CTOML_ARRAY;
    result.count = static_cast<uint32_t>(array->size());
    document.nodes.push_back(result);
    for (const auto &child : *array) add(document, child, nullptr);
    return;
  }
  if (const auto *text = node.as_string()) {
    result.kind = CTOML_STRING;
    result.text = text->get().data();
    result.text_length = text->get().size();
  } else if (const auto *integer = node.as_integer()) {
    result.kind = CTOML_INTEGER;
    result.integer = integer->get();
  } else if (const auto *floating = node.as_floating_point()) {
    result.kind = CTOML_FLOAT;
    result.floating = floating->get();
  } else if (const auto *boolean = node.as_boolean()) {
    result.kind = CTOML_BOOLEAN;
    result.integer = boolean->get() ? 1 : 0;
  } else if (const auto *date = node.as_date()) {
    add_time(document, result, *date);
  } else if (const auto *time = node.as_time()) {
    add_time(document, result, *time);
  } else if (const auto *moment = node.as_date_time()) {
    add_time(document, result, *moment);
  }
  document.nodes.push_back(result);
}

} // namespace

extern "C" ctoml_document *ctoml_parse(const char *bytes, size_t count) {
  auto *document = new (std::nothrow) ctoml_document();
  if (!document) return nullptr;
  try {
    auto result = toml::parse(std::string_view(bytes, count));
    if (result) {
      document->root = std::move(result).table();
      add(*document, document->root, nullptr);
    } else {
      document->has_failed = true;
      document->failure = std::string(result.error().description());
      document->line = result.error().source().begin.line;
      document->column = result.error().source().begin.column;
    }
    return document;
  } catch (...) {
    delete document;
    return nullptr;
  }
}

extern "C" void ctoml_free(ctoml_document *document) { delete document; }

extern "C" const char *ctoml_failure(const ctoml_document *document, uint32_t *line, uint32_t *column) {
  *line = document->line;
  *column = document->column;
  return document->has_failed ? document->failure.c_str() : nullptr;
}

extern "C" size_t ctoml_count(const ctoml_document *document) { return document->nodes.size(); }

extern "C" ctoml_node ctoml_at(const ctoml_document *document, size_t index) { return document->nodes[index]; }
