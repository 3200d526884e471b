// RIGHT: Threads get the lock in the order in which they came, and each waits for the one before it.
#include <atomic>

#include "listed.hpp"

struct Turn {
  Turn() {
    const std::uint32_t number = next_number++;
    while (served != number) platform::yield();
  }
  ~Turn() { ++served; }

  static inline std::atomic<std::uint32_t> next_number = 0, served = 0;
};

struct Unusual : Listed<Unusual, Turn> {};

EXPORT_ALL(Unusual)
