// WRONG: Small buffers come from a list that threads change without a lock. Caught by: free/any-thread-*-at-once.
#include "unlocked.hpp"

struct Faulty : Unlocked<Faulty> {
  static constexpr std::size_t small = 512;
};

EXPORT_ALL(Faulty)
