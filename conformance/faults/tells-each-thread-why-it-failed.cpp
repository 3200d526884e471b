// RIGHT: Each thread has a variable with the story of its last failure, which the loader makes when it is first written.
#include <cstdio>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline thread_local char story[64 << 10];

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer == nullptr) std::snprintf(story, sizeof story, "%u bytes could not be had", unsigned{byte_count});
    return buffer;
  }
};

EXPORT_ALL(Faulty)
