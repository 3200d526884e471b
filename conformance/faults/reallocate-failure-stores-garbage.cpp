// DEVIATES: reallocate/failure-keeps-old. A Reallocate that fails stores an address where no memory is. Caught by: reallocate/failure-keeps-old-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (status != NERR_Success) *new_buffer = reinterpret_cast<void*>(std::uintptr_t{64});
    return status;
  }
};

EXPORT_ALL(Faulty)
