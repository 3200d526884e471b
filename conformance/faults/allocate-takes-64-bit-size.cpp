// WRONG: Allocate takes its size as 64 bits, the upper half of which is undefined. Caught by: allocate/succeeds-*.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {};

EXPORTED Status STDCALL NetApiBufferAllocate(std::uint64_t byte_count, void** buffer) {
  if (byte_count > UINT32_MAX) return ERROR_NOT_ENOUGH_MEMORY;
  return Faulty::allocate(static_cast<Dword>(byte_count), buffer);
}
EXPORT_FREE(Faulty)
EXPORT_REALLOCATE(Faulty)
EXPORT_SIZE(Faulty)
