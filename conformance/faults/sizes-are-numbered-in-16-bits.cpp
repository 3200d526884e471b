// WRONG: Sizes lie in a table by a number of 16 bits, which comes round again. Caught by: size/at-least-requested-of-an-old-buffer.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<Dword> next = 0;
  static inline std::atomic<Dword> sizes[65536];

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer == nullptr) return nullptr;
    const Dword number = next++ % 65536;
    header(buffer).note = number;
    sizes[number] = byte_count;
    return buffer;
  }

  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = sizes[header(buffer).note];
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
