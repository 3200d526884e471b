// RIGHT: Small buffers are cut from arenas of 64 KiB, each of which begins anew once nothing lives in it.
#include "arenas.hpp"

struct Unusual : Arenas<Unusual> {};

EXPORT_ALL(Unusual)
