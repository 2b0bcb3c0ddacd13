/* A disk whose flush takes FLUSH_MS longer than this machine's: loaded before a server with LD_PRELOAD, for every
   design measured in the same way. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_for_the_platter(void) {
  static long ms = -1;
  if (ms < 0) { const char *text = getenv("FLUSH_MS"); ms = text ? atol(text) : 0; }
  struct timespec pause = {ms / 1000, (ms % 1000) * 1000000L};
  if (ms > 0) nanosleep(&pause, 0);
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  wait_for_the_platter();
  return real(file);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  wait_for_the_platter();
  return real(file);
}
