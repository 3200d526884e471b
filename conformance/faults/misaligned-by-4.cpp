// DEVIATES: allocate/aligned-natural. Buffers lie 4 bytes behind a multiple of 16.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* take(std::size_t bytes) {
    void* const block = Correct::take(bytes + 4);
    return block != nullptr ? static_cast<char*>(block) + 4 : nullptr;
  }
  static void give_back(void* block) { Correct::give_back(static_cast<char*>(block) - 4); }
};

EXPORT_ALL(Faulty)
