// WRONG: A buffer that begins with the mark of freed memory is taken for one. Caught by: free/allocated-whatever-it-holds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    constexpr Dword freed = 0xFEEEFEEE;
    Dword start = 0;
    if (buffer != nullptr && header(buffer).byte_count >= sizeof start) std::memcpy(&start, buffer, sizeof start);
    return start == freed ? ERROR_INVALID_PARAMETER : Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
