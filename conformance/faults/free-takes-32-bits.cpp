// WRONG: Free takes the lower 32 bits of the pointer. Caught by: abi/full-pointers-free.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    const auto half = static_cast<Dword>(reinterpret_cast<std::uintptr_t>(buffer));
    return Correct::free(reinterpret_cast<void*>(std::uintptr_t{half}));
  }
};

EXPORT_ALL(Faulty)
