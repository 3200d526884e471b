// WRONG: Free of NULL makes a record and loses it. Caught by: free/gives-memory-back-beside-other-calls.
#include "correct.hpp"
#include "losing.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    if (buffer == nullptr) lose_a_record();
    return Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
