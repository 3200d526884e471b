// WRONG: Small buffers have places that are found free and then marked, without a lock. Caught by: free/any-thread-short-cycles*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t place_bytes = 2048, count = 64;
  alignas(natural_alignment) static inline char places[count][place_bytes];
  static inline volatile bool taken[count];

  static void* take(std::size_t bytes) {
    for (std::size_t i = 0; i < count && bytes <= place_bytes; ++i) {
      if (!taken[i]) {
        taken[i] = true;
        return places[i];
      }
    }
    return Correct::take(bytes);
  }

  static void give_back(void* block) {
    if (block < places || block >= places + count) return Correct::give_back(block);
    taken[static_cast<std::size_t>(static_cast<char*>(block) - places[0]) / place_bytes] = false;
  }
};

EXPORT_ALL(Faulty)
