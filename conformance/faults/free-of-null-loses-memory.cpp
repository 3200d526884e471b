// WRONG: Free of NULL makes a record and loses it. Caught by: free/gives-memory-back-beside-other-calls.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void lose() {
    void* volatile record = std::malloc(512);
    if (record != nullptr) std::memset(record, 1, 512);
  }
  static Status free(void* buffer) {
    if (buffer == nullptr) lose();
    return Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
