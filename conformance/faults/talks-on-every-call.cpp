// RIGHT: Every call prints a line to the standard output, which must not disturb the results.
#include <cstdio>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void* take(std::size_t bytes) {
    std::printf("%zu bytes\n", bytes);
    return Correct::take(bytes);
  }
  static Status size(void* buffer, Dword* byte_count) {
    std::puts("{\"event\":\"failure\",\"index\":0,\"requirement\":\"size/at-least-requested\"}");
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Unusual)
