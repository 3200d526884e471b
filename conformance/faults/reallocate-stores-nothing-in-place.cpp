// WRONG: Reallocate stores nothing when a shrinking buffer keeps its address. Caught by: reallocate/changes-size-2-to-1.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const bool stays = old_buffer != nullptr && byte_count != 0 && byte_count <= header(old_buffer).byte_count;
    return stays ? NERR_Success : Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
