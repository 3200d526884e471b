// WRONG: Buffers lie 2 bytes behind a multiple of 4. Caught by: allocate/aligned-32-bit-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* take(std::size_t bytes) {
    void* const block = Correct::take(bytes + 2);
    return block != nullptr ? static_cast<char*>(block) + 2 : nullptr;
  }
  static void give_back(void* block) { Correct::give_back(static_cast<char*>(block) - 2); }
};

EXPORT_ALL(Faulty)
