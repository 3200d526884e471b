// WRONG: Allocate stores 16 bytes at a time, of which it read the second half before. Caught by: abi/full-pointers-at-the-end-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    void* both[2];
    std::memcpy(both, buffer, sizeof both);
    both[0] = make(byte_count);
    std::memcpy(buffer, both, sizeof both);
    return both[0] != nullptr ? NERR_Success : ERROR_NOT_ENOUGH_MEMORY;
  }
};

EXPORT_ALL(Faulty)
