// WRONG: A buffer of more than 1 MiB that grows by less than a page loses what lies from 1 MiB on. Caught by: reallocate/keeps-contents-around-large-edges.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    constexpr Dword edge = 1 << 20;
    const Dword new_byte_count = static_cast<Header*>(to)[-1].byte_count;
    Correct::copy(to, from, bytes > edge && bytes < new_byte_count && new_byte_count - bytes < 4096 ? edge : bytes);
  }
};

EXPORT_ALL(Faulty)
