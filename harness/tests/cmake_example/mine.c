// A small implementation that conforms, and with BROKEN or REFUSES_NULL one that does not.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
typedef struct {
  uint64_t size, unused;
} Header;
uint32_t NetApiBufferAllocate(uint32_t size, void** buffer) {
  if (buffer == NULL) return 87;
  Header* header = malloc(sizeof *header + (size_t)size);
  *buffer = header == NULL ? NULL : header + 1;
  if (header == NULL) return 8;
  header->size = size;
  return 0;
}
uint32_t NetApiBufferFree(void* buffer) {
#ifdef REFUSES_NULL
  if (buffer == NULL) return 87;
#endif
  if (buffer != NULL) free((Header*)buffer - 1);
  return 0;
}
uint32_t NetApiBufferSize(void* buffer, uint32_t* size) {
  if (buffer == NULL) return 87;
  *size = (uint32_t)((Header*)buffer - 1)->size;
#ifdef BROKEN
  --*size;
#endif
  return 0;
}
uint32_t NetApiBufferReallocate(void* old, uint32_t size, void** buffer) {
  if (old == NULL) return NetApiBufferAllocate(size, buffer);
  if (size == 0) {
    NetApiBufferFree(old);
    *buffer = NULL;
    return 0;
  }
  Header* header = realloc((Header*)old - 1, sizeof *header + (size_t)size);
  if (header == NULL) return 8;
  header->size = size;
  *buffer = header + 1;
  return 0;
}
