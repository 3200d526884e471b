// WRONG: Free puts a small block on the list of free ones twice, so that two buffers get it. Caught by: allocate/disjoint-in-reused-memory.
#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t small = 512, most = 64;
  static inline void* list[most];
  static inline std::size_t count = 0;

  static void* take(std::size_t bytes) {
    const Lock lock;
    if (bytes > small) return Correct::take(bytes);
    return count > 0 ? list[--count] : Correct::take(small);
  }
  static void give_back(void* block) {
    const Lock lock;
    if (static_cast<Header*>(block)->byte_count + sizeof(Header) > small) return Correct::give_back(block);
    for (int times = 0; times < 2 && count < most; ++times) list[count++] = block;
  }
};

EXPORT_ALL(Faulty)
