// DEVIATES: reallocate/failure-keeps-old. A Reallocate that finds no memory leaves the size that it was asked for. Caught by: reallocate/failure-keeps-old-in-use-afterwards.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr) header(old_buffer).byte_count = byte_count;
    return buffer;
  }
};

EXPORT_ALL(Faulty)
