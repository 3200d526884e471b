// RIGHT: The 256 buffers that were freed last are kept from use, however large they are.
#include "kept.hpp"

using Unusual = Keeping<256, false>;

EXPORT_ALL(Unusual)
