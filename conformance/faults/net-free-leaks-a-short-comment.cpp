// WRONG: Free of a buffer of other functions leaves one string of two behind, which is short. Caught by: free/nested-*.
#include "strings_apart.hpp"

struct Faulty : StringsApart<Faulty> {
  static const char* comment_of(Dword) { return "short"; }
  static bool leaves_behind(const Character* string, bool) { return is_comment(string); }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
