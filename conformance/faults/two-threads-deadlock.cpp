// WRONG: Allocate and Free take two locks in opposite order. Caught by: free/any-thread-allocate-and-free-at-once.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic_flag sizes, blocks;

  static void lock(std::atomic_flag& first, std::atomic_flag& second) {
    while (first.test_and_set()) platform::yield();
    platform::yield();
    while (second.test_and_set()) platform::sleep_ms(1);
  }
  static void unlock() {
    sizes.clear();
    blocks.clear();
  }

  static void* take(std::size_t bytes) {
    lock(sizes, blocks);
    void* const block = Correct::take(bytes);
    unlock();
    return block;
  }
  static void give_back(void* block) {
    lock(blocks, sizes);
    Correct::give_back(block);
    unlock();
  }
};

EXPORT_ALL(Faulty)
