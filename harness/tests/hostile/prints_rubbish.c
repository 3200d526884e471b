/* Prints half lines, NUL bytes, broken JSON and a line of 10 MB to every descriptor, and then behaves. */
#include "correct.h"

#define LONG_LINE_BYTES (10 << 20)

static void print(int descriptor, const char* text, size_t bytes) {
  while (bytes > 0) {
    const ssize_t written = write(descriptor, text, bytes);
    if (written <= 0) return;
    text += written;
    bytes -= (size_t)written;
  }
}

static void misbehave(void) {
  static const char rubbish[] = "\0\0\n{\"nonce\":[[[[\n\xff\xfe\n{\"event\":\"end\"}\nhalf a line {\"nonce\":\"";
  char* const long_line = (char*)malloc(LONG_LINE_BYTES);
  memset(long_line, 91, LONG_LINE_BYTES);
  for (int descriptor = 0; descriptor < ALL_DESCRIPTORS; ++descriptor) {
    print(descriptor, long_line, LONG_LINE_BYTES);
    print(descriptor, rubbish, sizeof rubbish - 1);
  }
  free(long_line);
}
