// Runs a command and writes what it took to the file descriptor 3: wall time, user and system time in nanoseconds, the greatest
// resident set in KiB, and the exit status. A process of its own, because Linux counts the memory of whoever starts a
// process as that process's: this program has half a megabyte, Python twenty.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long nanoseconds(struct timeval time) { return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL; }

int main(int count, char **arguments) {
  struct timespec begun, ended;
  struct rusage usage;
  int status;
  if (count < 2) return 64;
  clock_gettime(CLOCK_MONOTONIC, &begun);
  pid_t child = fork();
  if (child < 0) return 71;
  if (child == 0) {
    close(3);
    execvp(arguments[1], arguments + 1);
    perror(arguments[1]);
    _exit(127);
  }
  if (wait4(child, &status, 0, &usage) != child) return 71;
  clock_gettime(CLOCK_MONOTONIC, &ended);
  dprintf(3, "%lld %lld %lld %ld %d\n", (ended.tv_sec - begun.tv_sec) * 1000000000LL + (ended.tv_nsec - begun.tv_nsec),
          nanoseconds(usage.ru_utime), nanoseconds(usage.ru_stime), usage.ru_maxrss,
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
