// WRONG: Allocate stores the lower 32 bits of the pointer. Caught by: abi/full-pointers-allocate.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    void* whole = nullptr;
    const Status status = Correct::allocate(byte_count, buffer != nullptr ? &whole : nullptr);
    if (status == NERR_Success) std::memcpy(buffer, &whole, 4);
    return status;
  }
};

EXPORT_ALL(Faulty)
