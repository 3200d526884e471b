// WRONG: Size refuses a variable that lies in the buffer that it measures. Caught by: size/writes-32-bits-into-a-buffer.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const auto distance = reinterpret_cast<std::uintptr_t>(byte_count) - reinterpret_cast<std::uintptr_t>(buffer);
    if (buffer != nullptr && distance < header(buffer).byte_count) return ERROR_INVALID_PARAMETER;
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
