// DEVIATES: abi/netutils. Free of netutils refuses NULL, which Free of netapi32 accepts. Caught by: abi/netutils-free-of-null.
// Only on: windows-x86_64.
// Also built as netutils.dll, with AS_NETUTILS defined.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
#ifdef AS_NETUTILS
  static Status free(void* buffer) { return buffer != nullptr ? Correct::free(buffer) : ERROR_INVALID_PARAMETER; }
#endif
};

EXPORT_ALL(Faulty)
