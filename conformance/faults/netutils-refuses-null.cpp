// DEVIATES: abi/netutils. netutils says that NULL is no buffer to free, which netapi32 frees. Caught by: abi/netutils-free-of-null.
// Only on: windows-x86_64.
// Also built as netutils.dll, with AS_NETUTILS defined.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
#ifdef AS_NETUTILS
  static Status free(void* buffer) { return buffer != nullptr ? Correct::free(buffer) : ERROR_INVALID_PARAMETER; }
#endif
};

EXPORT_ALL(Faulty)
