// WRONG: Reallocate gives the old block back under the lock, and copies from it when it holds the lock no more. Caught by: free/any-thread-short-cycles*.
#include "listed.hpp"

struct Faulty : Listed<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    const Dword old_byte_count = header(old_buffer).byte_count;
    if (old_byte_count > small || byte_count > small) return Correct::resize(old_buffer, byte_count);
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return nullptr;
    drop(old_buffer);
    copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
