/* Sends the signal number HOSTILE_SIGNAL to the process HOSTILE_PARENT, if that is its parent. */
#include "correct.h"

static void misbehave(void) {
  const char* const parent = getenv("HOSTILE_PARENT");
  if (parent == NULL || atoi(parent) != getppid()) return;
  kill(getppid(), atoi(getenv("HOSTILE_SIGNAL")));
}
