// DEVIATES: abi/netutils. netutils reads the size of a buffer where netapi32 does not keep it. Caught by: abi/netutils-sizes-*, abi/netutils-sized-by-netapi32.
// Only on: windows-x86_64.
// Also built as netutils.dll, with AS_NETUTILS defined.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
#ifdef AS_NETUTILS
  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer) = {0, byte_count};
    return buffer;
  }
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = header(buffer).note;
    return NERR_Success;
  }
#endif
};

EXPORT_ALL(Faulty)
