/* Lists the users with what is noted about them: one buffer for all names, and one more for each user. */
#include <stdio.h>

#include "apibuffer_users.h"
#include "print.h"

static NET_API_STATUS print_user(NET_API_STRING name) {
  LPBYTE buffer = NULL;
  const NET_API_STATUS status = NetUserGetInfo(NULL, name, 1, &buffer);
  if (status != NERR_Success) return status; /* then there is no buffer */

  const USER_INFO_1* const user = (const void*)buffer;
  print_string(user->usri1_name);
  fputs(": ", stdout);
  print_string(user->usri1_comment);
  putchar('\n');
  return NetApiBufferFree(buffer); /* and the strings with it: from here on `user` leads nowhere */
}

int main(void) {
  LPBYTE buffer = NULL;
  DWORD count = 0;
  DWORD total = 0;
  NET_API_STATUS status = NetUserEnum(NULL, 0, 0, &buffer, MAX_PREFERRED_LENGTH, &count, &total, NULL);
  if (status == NERR_Success) {
    const USER_INFO_0* const users = (const void*)buffer;
    for (DWORD index = 0; index < count && status == NERR_Success; ++index) {
      status = print_user(users[index].usri0_name);
    }
  }
  NetApiBufferFree(buffer); /* NULL, if there is none, is no error */

  if (status != NERR_Success) {
    fprintf(stderr, "The users cannot be listed: error %lu\n", (unsigned long)status);
    return 1;
  }
  printf("%lu users\n", (unsigned long)count);
  return 0;
}
