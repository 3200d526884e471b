// WRONG: Free of NULL does not return. Caught by: free/null-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    while (buffer == nullptr) platform::sleep_ms(100);
    return Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
