// WRONG: Allocate returns the lower half of the buffer's address as its status. Caught by: allocate/succeeds-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return status == NERR_Success ? static_cast<Status>(reinterpret_cast<std::uintptr_t>(*buffer)) : status;
  }
};

EXPORT_ALL(Faulty)
