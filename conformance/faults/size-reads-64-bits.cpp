// WRONG: Size changes the lower half of a 64-bit variable, which it reads and writes whole. Caught by: size/writes-32-bits-at-the-end-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    Dword bytes = 0;
    const Status status = Correct::size(buffer, &bytes);
    if (status != NERR_Success) return status;
    // volatile: a compiler would write only the half that changes.
    auto* const both = reinterpret_cast<volatile std::uint64_t*>(byte_count);
    *both = (*both & 0xFFFFFFFF00000000) | bytes;
    return status;
  }
};

EXPORT_ALL(Faulty)
