// WRONG: Size reports sizes rounded up to 16, and clears the bytes that it has added each time. Caught by: size/all-usable-asked-again.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static std::size_t room(Dword byte_count) { return (std::size_t{byte_count} + 15) / 16 * 16; }

  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    const Dword requested = header(buffer).byte_count;
    if (requested > UINT32_MAX - 15) return Correct::size(buffer, byte_count);
    *byte_count = static_cast<Dword>(room(requested));
    std::memset(static_cast<char*>(buffer) + requested, 0, *byte_count - requested);
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
