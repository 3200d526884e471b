// WRONG: The first call prepares the library, and two threads that come at once do it both. Caught by: free/any-thread-first-calls-*.
#include "lock.hpp"
#include "pooled.hpp"

struct Faulty : Pooled<Faulty> {
  static constexpr std::size_t count = 64;
  alignas(natural_alignment) static inline char places[count][small];
  static inline volatile bool ready = false;
  static inline Free* volatile first = nullptr;

  static Free* pop() {
    if (!ready) {
      Free* all = nullptr;
      for (auto& place : places) all = new (place) Free{all};
      platform::sleep_ms(1);  // as where settings are read
      first = all;
      ready = true;
    }
    const Lock lock;
    Free* const block = first;
    if (block != nullptr) first = block->next;
    return block;
  }

  static void push(Free* block) {
    const Lock lock;
    block->next = first;
    first = block;
  }
};

EXPORT_ALL(Faulty)
