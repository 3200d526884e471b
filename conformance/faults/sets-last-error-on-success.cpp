// RIGHT: Calls that succeed change the thread's last error, which is meaningful after a failure only.
// Only on: windows-x86_64, windows-i686.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static Status with_last_error(Status status) {
    if (status == NERR_Success) SetLastError(183);
    return status;
  }
  static Status allocate(Dword byte_count, void** buffer) {
    return with_last_error(Correct::allocate(byte_count, buffer));
  }
  static Status free(void* buffer) { return with_last_error(Correct::free(buffer)); }
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    return with_last_error(Correct::reallocate(old_buffer, byte_count, new_buffer));
  }
  static Status size(void* buffer, Dword* byte_count) { return with_last_error(Correct::size(buffer, byte_count)); }
};

EXPORT_ALL(Unusual)
