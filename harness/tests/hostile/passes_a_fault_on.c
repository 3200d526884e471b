/* Has a handler for SIGSEGV that passes each fault on to the handler from before, as run-times do with what is not their
 * own, and makes one. */
#include "correct.h"

static struct sigaction before;

static void pass_on(int number, siginfo_t* signal, void* context) { before.sa_sigaction(number, signal, context); }

static void misbehave(void) {
  struct sigaction action = {0};
  action.sa_sigaction = pass_on;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, &before);
  *(volatile int*)8 = 1;
}
