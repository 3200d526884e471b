// WRONG: Zero-sized buffers come from a list that threads change without a lock. Caught by: free/any-thread-each-kind-of-size-at-once.
#include "unlocked.hpp"

struct Faulty : Unlocked<Faulty> {
  static constexpr std::size_t none_to = sizeof(Header) - 1, small = sizeof(Header);
};

EXPORT_ALL(Faulty)
