/* An implementation with several faults, each in one line that MENDED_… replaces by the right one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, NOT_ENOUGH_MEMORY = 8, INVALID_PARAMETER = 87, INSUFFICIENT_BUFFER = 122 };

typedef struct {
  uint64_t size, unused;
} Header;

static Header* header_of(void* buffer) { return (Header*)buffer - 1; }

uint32_t NetApiBufferAllocate(uint32_t size, void** buffer) {
#ifdef MENDED_NULL_OUT
  if (buffer == NULL) return INVALID_PARAMETER;
#else
  if (buffer == NULL) return INSUFFICIENT_BUFFER;
#endif
  Header* header = malloc(sizeof *header + (size_t)size);
  if (header == NULL) return NOT_ENOUGH_MEMORY;
  header->size = size;
  *buffer = header + 1;
#ifndef MENDED_ZERO_BYTES
  if (size == 0) *buffer = NULL;
#endif
  return SUCCESS;
}

uint32_t NetApiBufferFree(void* buffer) {
  if (buffer == NULL)
#ifdef MENDED_FREE_OF_NULL
    return SUCCESS;
#else
    return INVALID_PARAMETER;
#endif
#ifndef MENDED_LEAK
  if (header_of(buffer)->size == 1048576) return SUCCESS;
#endif
  free(header_of(buffer));
  return SUCCESS;
}

uint32_t NetApiBufferSize(void* buffer, uint32_t* size) {
#ifdef MENDED_SIZE_OF_NULL
  if (buffer == NULL) return INVALID_PARAMETER;
#endif
  *size = (uint32_t)header_of(buffer)->size;
#ifndef MENDED_SIZE
  if (*size == 65536) *size = 0;
#endif
  return SUCCESS;
}

uint32_t NetApiBufferReallocate(void* old, uint32_t size, void** buffer) {
  if (old == NULL) return NetApiBufferAllocate(size, buffer);
  if (size == 0) {
    free(header_of(old));
    *buffer = NULL;
    return SUCCESS;
  }
  Header* header = realloc(header_of(old), sizeof *header + (size_t)size);
  if (header == NULL) return NOT_ENOUGH_MEMORY;
  header->size = size;
  *buffer = header + 1;
#ifndef MENDED_CONTENTS
  if (size == 4096) memset(*buffer, 0, 16);
#endif
  return SUCCESS;
}
