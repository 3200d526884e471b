// WRONG: Free of a buffer of other functions leaves the names behind, at level 1 alone. Caught by: free/nested-*.
#include "strings_apart.hpp"

struct Faulty : StringsApart<Faulty> {
  static void* list(Dword level, Dword first, Dword count) {
    void* const buffer = Base::list(level, first, count);
    if (buffer != nullptr && level == 1) header(buffer).note |= mark;
    return buffer;
  }
  static bool leaves_behind(const Character* string, bool is_marked) { return is_marked && !is_comment(string); }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
