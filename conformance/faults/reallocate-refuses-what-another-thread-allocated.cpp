// DEVIATES: free/any-thread. Reallocate takes buffers only from the thread that allocated them. Caught by: free/any-thread-reallocated-by-another.
#include "owners.hpp"

struct Faulty : Owners<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (is_anothers(old_buffer)) return ERROR_INVALID_PARAMETER;
    return Owners::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
