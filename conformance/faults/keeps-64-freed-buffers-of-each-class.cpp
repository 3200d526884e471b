// RIGHT: Of each class of sizes the 64 buffers that were freed last are kept from use, however large they are.
#include "kept.hpp"

using Unusual = Keeping<64, true>;

EXPORT_ALL(Unusual)
