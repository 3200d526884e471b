// WRONG: All functions return success and do nothing. Caught by: allocate/succeeds-*, reallocate/changes-size-1-to-2, size/null-buffer-once.
#include "correct.hpp"

struct Faulty {
  static Status allocate(Dword, void**) { return NERR_Success; }
  static Status free(void*) { return NERR_Success; }
  static Status reallocate(void*, Dword, void**) { return NERR_Success; }
  static Status size(void*, Dword*) { return NERR_Success; }
};

EXPORT_ALL(Faulty)
