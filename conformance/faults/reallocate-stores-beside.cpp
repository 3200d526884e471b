// WRONG: Reallocate stores the size in the word behind the variable. Caught by: abi/full-pointers-reallocate.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (status == NERR_Success) std::memcpy(new_buffer + 1, &byte_count, sizeof byte_count);
    return status;
  }
};

EXPORT_ALL(Faulty)
