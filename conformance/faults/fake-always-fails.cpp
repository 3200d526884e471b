// WRONG: All functions return ERROR_NOT_ENOUGH_MEMORY. Caught by: allocate/succeeds-*, free/null-once, reallocate/null-old-1-byte, size/null-buffer-once.
#include "correct.hpp"

struct Faulty {
  static Status allocate(Dword, void**) { return ERROR_NOT_ENOUGH_MEMORY; }
  static Status free(void*) { return ERROR_NOT_ENOUGH_MEMORY; }
  static Status reallocate(void*, Dword, void**) { return ERROR_NOT_ENOUGH_MEMORY; }
  static Status size(void*, Dword*) { return ERROR_NOT_ENOUGH_MEMORY; }
};

EXPORT_ALL(Faulty)
