// DEVIATES: allocate/out-of-memory-code. Allocate of 32 to 64 KiB returns ERROR_INVALID_PARAMETER when memory is used up. Caught by: allocate/out-of-memory-code-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return is_of_the_class_of_64_kib(byte_count) && status == ERROR_NOT_ENOUGH_MEMORY ? ERROR_INVALID_PARAMETER
                                                                                      : status;
  }
};

EXPORT_ALL(Faulty)
