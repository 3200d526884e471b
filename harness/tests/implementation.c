/* A small implementation for the tests of the runner, with one fault chosen by a macro. Its faults are what a host must
 * survive; whether the suite finds wrong implementations is tested in conformance/faults. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER_BYTES 16u

static void hang(void) {
  for (;;) pause();
}

/* Starts a process that leaves the worker's session, keeps its pipes, and says which number it has. */
static void leave_a_child(void) {
  if (fork() != 0) return;
  setsid();
  if (fork() != 0) _exit(0);
  FILE* file = fopen(getenv("APIBUF_TEST_FILE"), "w");
  fprintf(file, "%d", (int)getpid());
  fclose(file);
  hang();
}

/* True once in the life of the file that APIBUF_TEST_FILE names. */
static int first_time(void) { return open(getenv("APIBUF_TEST_FILE"), O_CREAT | O_EXCL, 0600) >= 0; }

/* How many times it was called in the life of that file. */
static long times(void) {
  const int file = open(getenv("APIBUF_TEST_FILE"), O_CREAT | O_APPEND | O_WRONLY, 0600);
  return write(file, "x", 1) == 1 ? (long)lseek(file, 0, SEEK_END) : 0;
}

static void misbehave(void) {
  (void)hang, (void)leave_a_child, (void)first_time, (void)times;
#if defined HANG
  hang();
#elif defined EXIT
  _exit(0);
#elif defined CRASH
  *(volatile int*)0 = 0;
#elif defined STOP
  raise(SIGSTOP);
#elif defined CLOSE
  close_range(0, ~0u, 0);
  hang();
#elif defined FLOOD
  static char rubbish[65536];
  signal(SIGPIPE, SIG_IGN);
  for (;;)
    for (int descriptor = 0; descriptor < 16; ++descriptor)
      if (write(descriptor, rubbish, sizeof rubbish) == 0) continue;
#elif defined CHILD
  leave_a_child();
  sleep(1);
  _exit(0);
#elif defined MEMORY
  for (;;) memset(malloc(1 << 20), 1, 1 << 20);
#elif defined FLAKY
  if (first_time()) _exit(0);
#elif defined FORGE
  static const char done[] = "\"event\":\"done\",\"index\":0,\"returned\":\"NERR_Success (0)\",\"values\":{}";
  static const char end[] = "\"event\":\"end\",\"case\":\"free/null-once\",\"steps\":1,\"checks\":1,\"failed\":0";
  for (int descriptor = 0; descriptor < 16; ++descriptor)
    dprintf(descriptor, "\n{\"nonce\":\"%032d\",%s}\n{\"nonce\":\"%032d\",%s}\n", 0, done, 0, end);
  _exit(0);
#endif
}

__attribute__((constructor)) static void on_load(void) {
#if defined LOAD_HANG
  hang();
#elif defined LOAD_EXIT
  _exit(0);
#elif defined LOAD_ONCE
  if (!first_time()) _exit(0);
#elif defined LOAD_FAILS_THE_SECOND_TIME
  if (times() == 2) _exit(0);
#endif
}

#if !defined NO_NAMES

uint32_t NetApiBufferAllocate(uint32_t ByteCount, void** Buffer) {
  misbehave();
#if defined ALLOCATE_EXITS
  _exit(0);
#endif
  if (Buffer == NULL) return 87;
  uint32_t* block = malloc(HEADER_BYTES + (size_t)ByteCount);
  if (block == NULL) return 8;
  *block = ByteCount;
  *Buffer = (char*)block + HEADER_BYTES;
  return 0;
}

uint32_t NetApiBufferFree(void* Buffer) {
  misbehave();
  if (Buffer != NULL) free((char*)Buffer - HEADER_BYTES);
  return 0;
}

uint32_t NetApiBufferSize(void* Buffer, uint32_t* ByteCount) {
  misbehave();
  if (Buffer == NULL) return 87;
  *ByteCount = *(uint32_t*)((char*)Buffer - HEADER_BYTES);
  return 0;
}

uint32_t NetApiBufferReallocate(void* OldBuffer, uint32_t NewByteCount, void** NewBuffer) {
  misbehave();
  void* block = OldBuffer == NULL ? NULL : (char*)OldBuffer - HEADER_BYTES;
  if (NewByteCount == 0) {
    free(block);
    *NewBuffer = NULL;
    return 0;
  }
  uint32_t* moved = realloc(block, HEADER_BYTES + (size_t)NewByteCount);
  if (moved == NULL) return 8;
  *moved = NewByteCount;
  *NewBuffer = (char*)moved + HEADER_BYTES;
  return 0;
}

#endif
