// libcurl for Swift: the header, and wrappers for its variadic functions, which Swift cannot call.
// Each wrapper fixes the type of the one variadic argument; the name in parentheses goes past the type-check macro.
#ifndef CLIBCURL_SHIM_H
#define CLIBCURL_SHIM_H

#include <curl/curl.h>
#include <stddef.h>

// Numbers and switches: options of type long.
static inline CURLcode cshim_setopt_long(CURL *handle, CURLoption option, long value) {
  return (curl_easy_setopt)(handle, option, value);
}

// Sizes of 64 bits: options of type curl_off_t.
static inline CURLcode cshim_setopt_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(handle, option, value);
}

// Texts: options of type char *; libcurl copies them, and NULL resets.
static inline CURLcode cshim_setopt_string(CURL *handle, CURLoption option, const char *value) {
  return (curl_easy_setopt)(handle, option, value);
}

// Contexts of callbacks, buffers and bodies: options of type void *.
static inline CURLcode cshim_setopt_pointer(CURL *handle, CURLoption option, void *value) {
  return (curl_easy_setopt)(handle, option, value);
}

// Lists of headers and of connect-to rules: options of type struct curl_slist *; the list must outlive the transfer.
static inline CURLcode cshim_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return (curl_easy_setopt)(handle, option, value);
}

// Certificates and keys in memory: options of type struct curl_blob *; libcurl copies the bytes.
static inline CURLcode cshim_setopt_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return (curl_easy_setopt)(handle, option, &blob);
}

// Body and header callbacks: both have this shape.
typedef size_t (*cshim_data_callback)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode cshim_setopt_data_callback(CURL *handle, CURLoption option, cshim_data_callback callback) {
  return (curl_easy_setopt)(handle, option, callback);
}

// Progress callback: the only sign of life of an upload.
static inline CURLcode cshim_setopt_progress_callback(CURL *handle, curl_xferinfo_callback callback) {
  return (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

// Callback when the connection stands and the request is about to go out.
static inline CURLcode cshim_setopt_connected_callback(CURL *handle, curl_prereq_callback callback) {
  return (curl_easy_setopt)(handle, CURLOPT_PREREQFUNCTION, callback);
}

// Socket callback: makes each socket, with the flags that libcurl does not set.
static inline CURLcode cshim_setopt_socket_callback(CURL *handle, curl_opensocket_callback callback) {
  return (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

// The pointer stored by CURLOPT_PRIVATE.
static inline CURLcode cshim_getinfo_private(CURL *handle, void **value) {
  return (curl_easy_getinfo)(handle, CURLINFO_PRIVATE, value);
}

// The result of a finished message: a C union, which Swift reads only by an unsafe cast.
static inline CURLcode cshim_message_result(const CURLMsg *message) {
  return message->data.result;
}

#endif
