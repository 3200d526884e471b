// WRONG: No more than 256 buffers can live at once. Caught by: allocate/usable-beside-ten-thousand-others.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<int> live = 0;
  static void* take(std::size_t bytes) {
    if (live.fetch_add(1) < 256) return Correct::take(bytes);
    --live;
    return nullptr;
  }
  static void give_back(void* block) {
    --live;
    Correct::give_back(block);
  }
};

EXPORT_ALL(Faulty)
