// DEVIATES: reallocate/keeps-contents. Reallocate keeps the contents when it grows a buffer only. Caught by: reallocate/keeps-contents-17-to-16.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    if (byte_count >= header(old_buffer).byte_count) return Correct::resize(old_buffer, byte_count);
    void* const buffer = make(byte_count);
    if (buffer != nullptr) drop(old_buffer);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
