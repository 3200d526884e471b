// RIGHT: An Allocate that fails stores an address where no memory is, since no page says what it leaves in the variable.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    if (status == ERROR_NOT_ENOUGH_MEMORY) *buffer = reinterpret_cast<void*>(std::uintptr_t{64});
    return status;
  }
};

EXPORT_ALL(Unusual)
