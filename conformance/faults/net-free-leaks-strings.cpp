// WRONG: Free of a buffer of other functions leaves its strings, which are allocations of their own. Caught by: free/nested-*.
#include "strings_apart.hpp"

struct Faulty : StringsApart<Faulty> {
  static bool leaves_behind(const Character*, bool) { return true; }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
