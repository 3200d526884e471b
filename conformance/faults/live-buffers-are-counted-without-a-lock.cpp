// WRONG: An arena starts again when no buffer lives, and threads count the living ones without a lock. Caught by: free/any-thread-short-cycles*.
#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t arena_bytes = 1 << 20, small = 4096;
  alignas(natural_alignment) static inline char arena[arena_bytes];
  static inline std::size_t used = 0;
  static inline volatile int live = 0;

  static void count(int change) {
    const int seen = live;
    platform::yield();  // so that the other threads come in between, sooner or later
    live = seen + change;
  }

  static void* take(std::size_t bytes) {
    const std::size_t rounded = (bytes + natural_alignment - 1) / natural_alignment * natural_alignment;
    if (rounded > small) return Correct::take(bytes);
    count(1);
    const Lock lock;
    if (rounded > arena_bytes - used) return Correct::take(bytes);
    used += rounded;
    return arena + used - rounded;
  }

  static void give_back(void* block) {
    if (sizeof(Header) + static_cast<Header*>(block)->byte_count > small) return Correct::give_back(block);
    if (block < arena || block >= arena + arena_bytes) Correct::give_back(block);
    count(-1);
    const Lock lock;
    if (live == 0) used = 0;
  }
};

EXPORT_ALL(Faulty)
