// DEVIATES: allocate/aligned-natural. Buffers from 1 MiB on lie 4 bytes behind a page. Caught by: allocate/aligned-natural-1-mib.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t large = 1 << 20;
  static void* take(std::size_t bytes) {
    void* const block = Correct::take(bytes + 4);
    return block != nullptr ? static_cast<char*>(block) + (bytes >= large ? 4 : 0) : nullptr;
  }
  static void give_back(void* block) {
    Correct::give_back(static_cast<char*>(block) - reinterpret_cast<std::uintptr_t>(block) % 8);
  }
};

EXPORT_ALL(Faulty)
