// WRONG: Size of NULL stops the process. Caught by: size/null-buffer-*.
// Only on: linux-x86_64.
#include <csignal>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) std::raise(SIGSTOP);
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
