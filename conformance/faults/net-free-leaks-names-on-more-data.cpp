// WRONG: Free leaves the names behind of buffers that came with ERROR_MORE_DATA. Caught by: free/net-buffers-on-more-data-*.
#include "strings_apart.hpp"

struct Faulty : StringsApart<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    const Status status = Base::enumerate(level, buffer, preferred, entries, total, resume);
    if (status == ERROR_MORE_DATA) header(*buffer).note |= mark;
    return status;
  }
  static bool leaves_behind(const Character* string, bool is_marked) { return is_marked && !is_comment(string); }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
