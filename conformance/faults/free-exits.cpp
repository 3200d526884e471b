// WRONG: Free of 64 KiB or more ends the process with exit code 0. Caught by: free/allocated-65536-bytes.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void drop(void* buffer) {
    if (header(buffer).byte_count >= 64 << 10) std::_Exit(0);
    Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
