// WRONG: Buffers of 32 to 64 KiB come from a list that threads change without a lock. Caught by: free/any-thread-each-kind-of-size-at-once.
#include "unlocked.hpp"

struct Faulty : Unlocked<Faulty> {
  static constexpr std::size_t none_to = 32 << 10, small = 64 << 10;
};

EXPORT_ALL(Faulty)
