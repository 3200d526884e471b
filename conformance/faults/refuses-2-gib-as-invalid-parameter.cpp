// RIGHT: Sizes from 2 GiB on are refused with ERROR_INVALID_PARAMETER, since that is a policy and memory has not run out.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static constexpr Dword smallest_refused = Dword{1} << 31;
  static Status allocate(Dword byte_count, void** buffer) {
    return byte_count >= smallest_refused ? ERROR_INVALID_PARAMETER : Correct::allocate(byte_count, buffer);
  }
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count >= smallest_refused) return ERROR_INVALID_PARAMETER;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Unusual)
