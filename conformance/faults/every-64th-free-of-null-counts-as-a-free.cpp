// WRONG: Free of NULL is counted too, and with every 64th one an arena loses what lives in it. Caught by: allocate/usable-beside-free-of-null.
#include <atomic>

#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static inline std::atomic<unsigned> count;

  static Status free(void* buffer) {
    if (buffer == nullptr && ++count % 64 == 0) {
      for (unsigned i = 0; i < 64; ++i) miscount();
    }
    return Arenas::free(buffer);
  }
};

EXPORT_ALL(Faulty)
