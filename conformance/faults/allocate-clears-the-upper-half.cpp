// WRONG: Allocate stores the lower 32 bits of the pointer and clears the rest. Caught by: abi/full-pointers-allocate.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t slack = std::size_t{1} << 32;
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    if (status == NERR_Success) {
      *buffer = reinterpret_cast<void*>(static_cast<std::uintptr_t>(reinterpret_cast<std::uintptr_t>(*buffer) % slack));
    }
    return status;
  }
};

EXPORT_ALL(Faulty)
