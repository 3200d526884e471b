/* Overwrites the stack above itself, return addresses included. */
#include "correct.h"

static void misbehave(void) {
  volatile char* here = (volatile char*)__builtin_frame_address(0);
  for (int i = 0; i < 2048; ++i) here[i] = 0x41;
}
