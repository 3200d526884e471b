// WRONG: Size makes a record of each call and loses it. Caught by: free/gives-memory-back-beside-other-calls.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void lose() {
    void* volatile record = std::malloc(512);
    if (record != nullptr) std::memset(record, 1, 512);
  }
  static Status size(void* buffer, Dword* byte_count) {
    lose();
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
