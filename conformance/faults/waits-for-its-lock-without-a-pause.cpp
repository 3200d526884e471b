// RIGHT: A thread that waits for the lock keeps its core until it has it.
#include <atomic>

#include "listed.hpp"

struct Spin {
  Spin() {
    while (taken.test_and_set(std::memory_order_acquire)) {
    }
  }
  ~Spin() { taken.clear(std::memory_order_release); }

  static inline std::atomic_flag taken;
};

struct Unusual : Listed<Unusual, Spin> {};

EXPORT_ALL(Unusual)
