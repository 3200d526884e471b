// DEVIATES: allocate/aligned-natural. Buffers lie 8 bytes behind a multiple of 16.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* take(std::size_t bytes) {
    void* const block = Correct::take(bytes + 8);
    return block != nullptr ? static_cast<char*>(block) + 8 : nullptr;
  }
  static void give_back(void* block) { Correct::give_back(static_cast<char*>(block) - 8); }
};

EXPORT_ALL(Faulty)
