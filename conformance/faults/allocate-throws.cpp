// WRONG: Allocate throws an exception when memory is exhausted. Caught by: allocate/failure-is-an-error-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer == nullptr) throw byte_count;
    return buffer;
  }
};

EXPORT_ALL(Faulty)
