// WRONG: The second Allocate of a process crashes. Caught by: allocate/succeeds-again-after-free.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline int calls = 0;
  static Status allocate(Dword byte_count, void** buffer) {
    if (++calls == 2) __builtin_trap();
    return Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
