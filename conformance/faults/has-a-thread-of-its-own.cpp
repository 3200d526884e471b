// RIGHT: The library starts a thread when it is loaded, which allocates and frees all the time.
// Only on: linux-x86_64.
#include <pthread.h>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {};

[[gnu::constructor]] static void start_thread() {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        for (;;) {
          Unusual::free(Unusual::make(100));
          platform::sleep_ms(1);
        }
      },
      nullptr);
}

EXPORT_ALL(Unusual)
