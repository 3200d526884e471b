// DEVIATES: abi/netutils. netutils and netapi32 know their own buffers only, and refuse each other's. Caught by: abi/netutils-frees-*, abi/netutils-allocates-*, abi/netutils-sizes-*, abi/netutils-sized-*, abi/netutils-reallocates-*, abi/netutils-reallocated-*.
// Only on: windows-x86_64.
// Also built as netutils.dll, with AS_NETUTILS defined.
#include "correct.hpp"

#ifdef AS_NETUTILS
constexpr Dword own_heap = 1;
#else
constexpr Dword own_heap = 2;
#endif

struct Faulty : Correct<Faulty> {
  static bool is_own(void* buffer) { return buffer == nullptr || header(buffer).note == own_heap; }

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = own_heap;
    return buffer;
  }
  static Status free(void* buffer) { return is_own(buffer) ? Correct::free(buffer) : ERROR_INVALID_PARAMETER; }
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    return is_own(old_buffer) ? Correct::reallocate(old_buffer, byte_count, new_buffer) : ERROR_INVALID_PARAMETER;
  }
  static Status size(void* buffer, Dword* byte_count) {
    return is_own(buffer) ? Correct::size(buffer, byte_count) : ERROR_INVALID_PARAMETER;
  }
};

EXPORT_ALL(Faulty)
