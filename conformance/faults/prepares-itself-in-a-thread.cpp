// RIGHT: A thread that begins with the library touches 96 MiB in the first second, whatever is called meanwhile.
// Only on: linux-x86_64.
#include <pthread.h>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {};

[[gnu::constructor]] static void start_to_prepare() {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        constexpr std::size_t step = 1 << 20;
        for (int i = 0; i < 96; ++i) {
          void* const memory = std::malloc(step);
          if (memory != nullptr) std::memset(memory, 1, step);
          platform::sleep_ms(10);
        }
        return nullptr;
      },
      nullptr);
}

EXPORT_ALL(Unusual)
