// WRONG: Beyond 5,000 live buffers they lie 8 bytes beside the alignment. Caught by: allocate/aligned-natural-every-size.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<unsigned> alive = 0;

  // The block's first word says how far behind it the rest begins.
  static void* take(std::size_t bytes) {
    const std::size_t shift = alive++ < 5000 ? 2 * sizeof(void*) : 3 * sizeof(void*);
    char* const block = static_cast<char*>(std::malloc(bytes + shift));
    if (block == nullptr) return nullptr;
    std::memcpy(block + shift - sizeof shift, &shift, sizeof shift);
    return block + shift;
  }

  static void give_back(void* block) {
    --alive;
    std::size_t shift = 0;
    std::memcpy(&shift, static_cast<char*>(block) - sizeof shift, sizeof shift);
    std::free(static_cast<char*>(block) - shift);
  }
};

EXPORT_ALL(Faulty)
