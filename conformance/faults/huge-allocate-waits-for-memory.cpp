// WRONG: An Allocate of 1 GiB or more waits until there is memory for it. Caught by: allocate/failure-is-an-error-huge-with-little-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* take(std::size_t bytes) {
    constexpr std::size_t huge = std::size_t{1} << 30;
    void* block = Correct::take(bytes);
    for (; block == nullptr && bytes >= huge; block = Correct::take(bytes)) platform::sleep_ms(10);
    return block;
  }
};

EXPORT_ALL(Faulty)
