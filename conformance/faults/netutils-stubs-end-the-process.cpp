// DEVIATES: abi/netutils. netutils exports stubs that end the process when they are called, as Wine's did.
// Only on: windows-x86_64.
// Also built as netutils.dll, with AS_NETUTILS defined.
#include "correct.hpp"

#ifdef AS_NETUTILS
struct Faulty : Correct<Faulty> {
  static Status allocate(Dword, void**) { std::abort(); }
  static Status free(void*) { std::abort(); }
  static Status reallocate(void*, Dword, void**) { std::abort(); }
  static Status size(void*, Dword*) { std::abort(); }
};
#else
struct Faulty : Correct<Faulty> {};
#endif

EXPORT_ALL(Faulty)
