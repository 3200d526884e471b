/* An implementation whose answers to what is left open depend on the time, the process and chance, or, if REMEMBERS is
 * defined, on what it was asked before: then it ends its process when it is misused for the third time. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST 4096
static struct {
  void* buffer;
  uint32_t bytes;
} live[MOST];

static uint32_t rubbish(void) {
#ifdef REMEMBERS
  static uint32_t times;
  if (++times == 3) _exit(0);
  return times << 1;
#endif
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)now.tv_nsec * 2654435761u ^ (uint32_t)getpid();
}

static int place_of(const void* buffer) {
  for (int i = 0; i < MOST; ++i)
    if (live[i].buffer == buffer) return i;
  return -1;
}

uint32_t NetApiBufferAllocate(uint32_t ByteCount, void** Buffer) {
  if (Buffer == NULL) return 87;
  const int place = place_of(NULL);
  void* const buffer = place < 0 ? NULL : malloc(ByteCount == 0 ? 1 : ByteCount);
  if (buffer == NULL) return 8;
  live[place].buffer = *Buffer = buffer;
  live[place].bytes = ByteCount;
  return 0;
}

uint32_t NetApiBufferFree(void* Buffer) {
  if (Buffer == NULL) return 0;
  const int place = place_of(Buffer);
  if (place < 0) return rubbish() | 1;
  live[place].buffer = NULL;
  free(Buffer);
  return 0;
}

uint32_t NetApiBufferSize(void* Buffer, uint32_t* ByteCount) {
  const int place = Buffer == NULL ? -1 : place_of(Buffer);
  /* The seconds of the clock: the same when it is asked again at once, and another one tomorrow. */
  *ByteCount = place < 0 ? (uint32_t)time(NULL) : live[place].bytes;
  return Buffer == NULL ? 87 : 0;
}

uint32_t NetApiBufferReallocate(void* OldBuffer, uint32_t NewByteCount, void** NewBuffer) {
  if (OldBuffer == NULL && NewByteCount != 0) return NetApiBufferAllocate(NewByteCount, NewBuffer);
  const int place = OldBuffer == NULL ? -1 : place_of(OldBuffer);
  if (place < 0) return rubbish() | 1;
  if (NewByteCount == 0) {
    *NewBuffer = NULL;
    return NetApiBufferFree(OldBuffer);
  }
  void* const moved = malloc(NewByteCount);
  if (moved == NULL) return rubbish() | 1;
  memcpy(moved, OldBuffer, NewByteCount < live[place].bytes ? NewByteCount : live[place].bytes);
  free(OldBuffer);
  live[place].buffer = *NewBuffer = moved;
  live[place].bytes = NewByteCount;
  return 0;
}
