#ifndef WHIMBREL_CLIBPQ_SHIM_H
#define WHIMBREL_CLIBPQ_SHIM_H

#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// libpq spells the diagnostic fields as character macros, which Swift does not import.
static const int cshim_diag_severity_nonlocalized = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int cshim_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int cshim_diag_message_primary = PG_DIAG_MESSAGE_PRIMARY;
static const int cshim_diag_message_detail = PG_DIAG_MESSAGE_DETAIL;
static const int cshim_diag_message_hint = PG_DIAG_MESSAGE_HINT;
static const int cshim_diag_statement_position = PG_DIAG_STATEMENT_POSITION;
static const int cshim_diag_internal_position = PG_DIAG_INTERNAL_POSITION;
static const int cshim_diag_internal_query = PG_DIAG_INTERNAL_QUERY;
static const int cshim_diag_context = PG_DIAG_CONTEXT;
static const int cshim_diag_schema_name = PG_DIAG_SCHEMA_NAME;
static const int cshim_diag_table_name = PG_DIAG_TABLE_NAME;
static const int cshim_diag_column_name = PG_DIAG_COLUMN_NAME;
static const int cshim_diag_datatype_name = PG_DIAG_DATATYPE_NAME;
static const int cshim_diag_constraint_name = PG_DIAG_CONSTRAINT_NAME;
static const int cshim_diag_source_file = PG_DIAG_SOURCE_FILE;
static const int cshim_diag_source_line = PG_DIAG_SOURCE_LINE;
static const int cshim_diag_source_function = PG_DIAG_SOURCE_FUNCTION;

// `EPOLLONESHOT` is 1u << 30 inside an enum and the others arrive as that enum: plain integers are easier to combine.
static const unsigned int cshim_epoll_in = EPOLLIN;
static const unsigned int cshim_epoll_out = EPOLLOUT;
static const unsigned int cshim_epoll_oneshot = EPOLLONESHOT;

// `epoll_data_t` is a union; setting and reading it here keeps union access out of Swift.
static inline int cshim_epoll_add(int epoll, int descriptor, unsigned int events, unsigned long long token) {
  struct epoll_event event = {.events = events};
  event.data.u64 = token;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int cshim_epoll_remove(int epoll, int descriptor) {
  struct epoll_event unused = {0};
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &unused);
}

static inline unsigned long long cshim_epoll_token(const struct epoll_event *event) { return event->data.u64; }

// `memfd_create` needs _GNU_SOURCE, which the importer does not define; flag 1 is MFD_CLOEXEC.
static inline int cshim_anonymous_file(const char *name) { return (int)syscall(SYS_memfd_create, name, 1u); }

#endif
