// WRONG: A buffer that another thread reallocates loses its old memory. Caught by: reallocate/gives-memory-back-in-another-thread.
#include "owners.hpp"

struct Faulty : Owners<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    return is_anothers(old_buffer) ? copied(old_buffer, byte_count) : Owners::resize(old_buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
