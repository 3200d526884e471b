// WRONG: Size remembers its last answer for each thread, whatever others do with the buffer. Caught by: free/any-thread-measured-after-anothers-change.
#include "slab.hpp"

struct Faulty : Slab<Faulty> {
  static inline thread_local void* measured = nullptr;
  static inline thread_local Dword answer = 0;

  static void drop(void* buffer) {
    if (buffer == measured) measured = nullptr;
    Slab::drop(buffer);
  }

  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    if (buffer != measured) answer = header(buffer).byte_count;
    measured = buffer;
    *byte_count = answer;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
