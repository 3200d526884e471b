// DEVIATES: allocate/capacity. No more than 4096 buffers can live at once. Caught by: allocate/capacity-100000-live-buffers.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<int> live = 0;
  static void* take(std::size_t bytes) {
    if (live.fetch_add(1) < 4096) return Correct::take(bytes);
    --live;
    return nullptr;
  }
  static void give_back(void* block) {
    --live;
    Correct::give_back(block);
  }
};

EXPORT_ALL(Faulty)
