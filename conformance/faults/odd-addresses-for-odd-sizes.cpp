// WRONG: Buffers of an odd size have an odd address. Caught by: allocate/aligned-32-bit-odd-sizes.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* take(std::size_t bytes) {
    void* const block = Correct::take(bytes + 1);
    return block != nullptr ? static_cast<char*>(block) + bytes % 2 : nullptr;
  }
  static void give_back(void* block) {
    Correct::give_back(static_cast<char*>(block) - reinterpret_cast<std::uintptr_t>(block) % 2);
  }
};

EXPORT_ALL(Faulty)
