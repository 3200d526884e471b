// DEVIATES: size/at-least-requested. Size allocates memory for the length of the call, and fails when memory is exhausted. Caught by: size/at-least-requested-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    void* const scratch = std::malloc(64 << 10);
    if (scratch == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
    std::free(scratch);
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
