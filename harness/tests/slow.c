/* The reference (REFERENCE: its file), behind a wrapper that adds so many microseconds to each call (MICROSECONDS). With
 * SIGNALS a timer sends a signal each millisecond; its handler has these flags, and with MASKS each call blocks it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static void* reference;

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void* delayed(const char* name) {
  const uint64_t end = now_ns() + 1000ull * MICROSECONDS;
  while (now_ns() < end) continue;
#ifdef MASKS
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGALRM);
  pthread_sigmask(end % 2 ? SIG_BLOCK : SIG_UNBLOCK, &signals, 0);
#endif
  return dlsym(reference, name);
}

static void take_note(int number) { (void)number; }

__attribute__((constructor)) static void start(void) {
  reference = dlopen(REFERENCE, RTLD_NOW);
  if (reference == NULL) abort();
#ifdef SIGNALS
  struct sigaction action = {.sa_handler = take_note, .sa_flags = SIGNALS};
  sigaction(SIGALRM, &action, 0);
  const struct itimerval each_millisecond = {{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &each_millisecond, 0);
#endif
}

uint32_t NetApiBufferAllocate(uint32_t bytes, void** buffer) {
  return ((uint32_t (*)(uint32_t, void**))delayed(__func__))(bytes, buffer);
}

uint32_t NetApiBufferFree(void* buffer) { return ((uint32_t (*)(void*))delayed(__func__))(buffer); }

uint32_t NetApiBufferReallocate(void* old_buffer, uint32_t bytes, void** buffer) {
  return ((uint32_t (*)(void*, uint32_t, void**))delayed(__func__))(old_buffer, bytes, buffer);
}

uint32_t NetApiBufferSize(void* buffer, uint32_t* bytes) {
  return ((uint32_t (*)(void*, uint32_t*))delayed(__func__))(buffer, bytes);
}
