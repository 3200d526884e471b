/* The public header serves a C11 program, and every function can be called from one. */
#include <stdio.h>

#include "apibuffer.h"

static int failures = 0;

static void check(const char* what, NET_API_STATUS expected, NET_API_STATUS actual) {
  if (actual == expected) return;
  ++failures;
  fprintf(stderr, "%s\n  expected: %lu\n  actual:   %lu\n", what, (unsigned long)expected, (unsigned long)actual);
}

int main(void) {
  LPVOID buffer = NULL;
  DWORD byte_count = 0;
  check("NetApiBufferAllocate", NERR_Success, NetApiBufferAllocate(10, &buffer));
  check("NetApiBufferReallocate", NERR_Success, NetApiBufferReallocate(buffer, 20, &buffer));
  check("NetApiBufferSize", NERR_Success, NetApiBufferSize(buffer, &byte_count));
  check("the size", 20, byte_count);
  check("NetApiBufferFree", NERR_Success, NetApiBufferFree(buffer));
  check("NetApiBufferFree again", ERROR_INVALID_PARAMETER, NetApiBufferFree(buffer));
  check("NetapipBufferAllocate", NERR_Success, NetapipBufferAllocate(30, &buffer));
  MIDL_user_free(buffer);
  buffer = MIDL_user_allocate(40);
  check("NetApiBufferSize after MIDL_user_allocate", NERR_Success, NetApiBufferSize(buffer, &byte_count));
  check("the size after MIDL_user_allocate", 40, byte_count);
  check("NetApiBufferFree after MIDL_user_allocate", NERR_Success, NetApiBufferFree(buffer));
  return failures == 0 ? 0 : 1;
}
