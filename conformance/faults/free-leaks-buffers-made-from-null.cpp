// WRONG: Free does not free buffers that Reallocate made from NULL. Caught by: reallocate/gives-memory-back-from-null.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Roomy::reallocate(old_buffer, byte_count, new_buffer);
    if (status == NERR_Success && old_buffer == nullptr && *new_buffer != nullptr) header(*new_buffer).note = true;
    return status;
  }
  static void drop(void* buffer) {
    if (!header(buffer).note) Roomy::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
