// zlib for Swift: the header, and a function for what is a macro there.
#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <string.h>
#include <zlib.h>

// Gzip frames only (16), with windows of any size (15): neither raw deflate nor zlib's own frame.
static inline int czlib_inflate_init_gzip(z_stream *stream) {
  memset(stream, 0, sizeof *stream);
  return inflateInit2(stream, 15 + 16);
}

#endif
