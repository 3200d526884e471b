// RIGHT: The 64 buffers that were freed last are kept from use, however large they are, on Windows.
// Only on: windows-x86_64.
#include "kept.hpp"

using Unusual = Keeping<64, false>;

EXPORT_ALL(Unusual)
