// WRONG: Allocate stores the size in the word behind the variable. Caught by: abi/full-pointers-allocate.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    if (status == NERR_Success) std::memcpy(buffer + 1, &byte_count, sizeof byte_count);
    return status;
  }
};

EXPORT_ALL(Faulty)
