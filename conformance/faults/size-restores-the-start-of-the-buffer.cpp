// WRONG: Size uses the first bytes of the buffer for itself and restores them, over a variable that lies there. Caught by: size/writes-32-bits-into-a-buffer.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    char start[4] = {};
    const bool has_start = buffer != nullptr && header(buffer).byte_count >= sizeof start;
    if (has_start) std::memcpy(start, buffer, sizeof start);
    const Status status = Correct::size(buffer, byte_count);
    if (has_start) std::memcpy(buffer, start, sizeof start);
    return status;
  }
};

EXPORT_ALL(Faulty)
