// RIGHT: Each thread has a variable with the details of its last failure, which the loader creates when it is first written.
#include <cstdio>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline thread_local char details[64 << 10];

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer == nullptr) std::snprintf(details, sizeof details, "%u bytes were refused", unsigned{byte_count});
    return buffer;
  }
};

EXPORT_ALL(Faulty)
