// WRONG: Size reports what was requested last, whichever buffer it is asked of. Caught by: size/at-least-requested-three-buffers.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<Dword> last = 0;
  static void* make(Dword byte_count) {
    last = byte_count;
    return Correct::make(byte_count);
  }
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = last;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
