// RIGHT: Threads get the lock in the order in which they came, and each waits for the one before it.
#include <atomic>

#include "pooled.hpp"

struct Unusual : Pooled<Unusual> {
  static inline std::atomic<std::uint32_t> next_number = 0, served = 0;
  static inline Free* first = nullptr;

  struct Turn {
    Turn() {
      const std::uint32_t number = next_number++;
      while (served != number) platform::yield();
    }
    ~Turn() { ++served; }
  };

  static Free* pop() {
    const Turn turn;
    Free* const block = first;
    if (block != nullptr) first = block->next;
    return block;
  }

  static void push(Free* block) {
    const Turn turn;
    block->next = first;
    first = block;
  }
};

EXPORT_ALL(Unusual)
