// WRONG: Reallocate takes the lower 32 bits of the old pointer. Caught by: abi/full-pointers-reallocate.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const auto half = static_cast<Dword>(reinterpret_cast<std::uintptr_t>(old_buffer));
    return Correct::reallocate(reinterpret_cast<void*>(std::uintptr_t{half}), byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
