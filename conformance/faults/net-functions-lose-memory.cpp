// RIGHT: The functions that give information lose 8 bytes with each call by themselves; Free frees all of each buffer.
#include "strings_apart.hpp"

struct Unusual : StringsApart<Unusual> {
  static inline void* volatile lost;
  static void* list(Dword level, Dword first, Dword count) {
    lost = std::malloc(8);  // as large a block as those of the names
    return Base::list(level, first, count);
  }
};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)
