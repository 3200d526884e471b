// WRONG: Size remembers its last answer for all threads, without a lock. Caught by: free/any-thread-short-cycles-measured.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline void* volatile measured = nullptr;
  static inline volatile Dword answer = 0;

  static void drop(void* buffer) {
    if (buffer == measured) measured = nullptr;
    Correct::drop(buffer);
  }

  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    if (buffer != measured) {
      answer = header(buffer).byte_count;
      measured = buffer;
    }
    *byte_count = answer;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
