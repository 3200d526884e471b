// WRONG: Reallocate to the size that a buffer has leaves it where it is, makes a record and loses it. Caught by: free/gives-memory-back-beside-other-calls.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void lose() {
    void* volatile record = std::malloc(512);
    if (record != nullptr) std::memset(record, 1, 512);
  }
  static void* resize(void* old_buffer, Dword byte_count) {
    if (header(old_buffer).byte_count != byte_count) return Correct::resize(old_buffer, byte_count);
    lose();
    return old_buffer;
  }
};

EXPORT_ALL(Faulty)
