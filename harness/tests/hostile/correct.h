/* A correct implementation that does something else as well. Whoever includes it says what, in misbehave(), which runs
 * in every call of NetApiBufferAllocate; with -DIN_EVERY_CALL in those of all four functions; with -DAT_LOAD in none,
 * but while the library is loaded. */
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __cplusplus
#define EXPORTED extern "C"
#else
#define EXPORTED
#endif

/* Room for the size, and what keeps the buffer behind it aligned. */
#define HEADER_BYTES 16u

/* The worker's channel is one of these descriptors. */
#define ALL_DESCRIPTORS 128

static void misbehave(void);

#ifdef AT_LOAD
__attribute__((constructor)) static void on_load(void) { misbehave(); }
#endif

static inline void on_allocate(void) {
#ifndef AT_LOAD
  misbehave();
#endif
}

static inline void on_other_call(void) {
#ifdef IN_EVERY_CALL
  misbehave();
#endif
}

static uint32_t resize(void* block, uint32_t bytes, void** buffer) {
  uint32_t* const resized = (uint32_t*)realloc(block, HEADER_BYTES + (size_t)bytes);
  if (resized == NULL) return 8;
  *resized = bytes;
  *buffer = (char*)resized + HEADER_BYTES;
  return 0;
}

static void* block_of(void* buffer) { return buffer == NULL ? NULL : (char*)buffer - HEADER_BYTES; }

EXPORTED uint32_t NetApiBufferAllocate(uint32_t ByteCount, void** Buffer) {
  on_allocate();
  return Buffer == NULL ? 87 : resize(NULL, ByteCount, Buffer);
}

EXPORTED uint32_t NetApiBufferFree(void* Buffer) {
  on_other_call();
  free(block_of(Buffer));
  return 0;
}

EXPORTED uint32_t NetApiBufferReallocate(void* OldBuffer, uint32_t NewByteCount, void** NewBuffer) {
  on_other_call();
  if (NewBuffer == NULL) return 87;
  if (NewByteCount != 0) return resize(block_of(OldBuffer), NewByteCount, NewBuffer);
  free(block_of(OldBuffer));
  *NewBuffer = NULL;
  return 0;
}

EXPORTED uint32_t NetApiBufferSize(void* Buffer, uint32_t* ByteCount) {
  on_other_call();
  if (Buffer == NULL || ByteCount == NULL) return 87;
  *ByteCount = *(uint32_t*)block_of(Buffer);
  return 0;
}
