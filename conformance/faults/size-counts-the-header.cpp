// WRONG: Size counts the header, which is not the caller's. Caught by: size/all-usable-*.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Guarded::size(buffer, byte_count);
    if (status == NERR_Success) *byte_count += static_cast<Dword>(sizeof(Header));
    return status;
  }
};

EXPORT_ALL(Faulty)
