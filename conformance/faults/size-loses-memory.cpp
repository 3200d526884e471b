// WRONG: Size makes a record of each call and loses it. Caught by: free/gives-memory-back-beside-other-calls.
#include "correct.hpp"
#include "losing.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    lose_a_record();
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
