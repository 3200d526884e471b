// WRONG: Reallocate to the size that a buffer has leaves it where it is, makes a record and loses it. Caught by: free/gives-memory-back-beside-other-calls.
#include "correct.hpp"
#include "losing.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    if (header(old_buffer).byte_count != byte_count) return Correct::resize(old_buffer, byte_count);
    lose_a_record();
    return old_buffer;
  }
};

EXPORT_ALL(Faulty)
