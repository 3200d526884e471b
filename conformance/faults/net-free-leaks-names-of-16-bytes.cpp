// WRONG: Free of a buffer of other functions leaves the names behind, of 16 bytes each. Caught by: free/nested-*.
#include "strings_apart.hpp"

struct Faulty : StringsApart<Faulty> {
  static const char* name(Dword user) {
    static constexpr const char* short_names[] = {"aaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbb", "ccccccccccccccc",
                                                  "ddddddddddddddd", "eeeeeeeeeeeeeee"};
    return short_names[user];
  }
  static bool leaves_behind(const Character* string, bool) { return !is_comment(string); }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
