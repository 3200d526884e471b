// RIGHT: Sizes from 2 GiB on are refused with ERROR_OUTOFMEMORY, since a failure has to be honest and no more.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static constexpr Dword smallest_refused = Dword{1} << 31;
  static Status allocate(Dword byte_count, void** buffer) {
    if (buffer != nullptr && byte_count >= smallest_refused) return ERROR_OUTOFMEMORY;
    return Correct::allocate(byte_count, buffer);
  }
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count >= smallest_refused) return ERROR_OUTOFMEMORY;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Unusual)
