// WRONG: Size takes the lower 32 bits of the pointer. Caught by: abi/full-pointers-size.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const auto half = static_cast<Dword>(reinterpret_cast<std::uintptr_t>(buffer));
    return Correct::size(reinterpret_cast<void*>(std::uintptr_t{half}), byte_count);
  }
};

EXPORT_ALL(Faulty)
