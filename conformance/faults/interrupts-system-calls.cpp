// RIGHT: A timer of its own sends a signal every millisecond, and system calls that it interrupts are not made again.
// Only on: linux-x86_64.
#include <signal.h>
#include <sys/time.h>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {};

[[gnu::constructor]] static void start() {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, nullptr);
  constexpr itimerval each_millisecond = {{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &each_millisecond, nullptr);
}

EXPORT_ALL(Unusual)
