// RIGHT: netutils is a copy of netapi32 over the same heap, and forwards nothing.
// Only on: windows-x86_64.
// Also built as netutils.dll, with AS_NETUTILS defined.
#include "correct.hpp"

struct Right : Correct<Right> {};

EXPORT_ALL(Right)
