// WRONG: Free of a buffer of other functions leaves the names behind, of 60 bytes each. Caught by: free/nested-*.
#include "strings_apart.hpp"

struct Faulty : StringsApart<Faulty> {
  static const char* name(Dword user) {
    static constexpr const char* long_names[] = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                                 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                                                 "ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
                                                 "ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
                                                 "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"};
    return long_names[user];
  }
  static bool leaves_behind(const Character* string, bool) { return !is_comment(string); }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
