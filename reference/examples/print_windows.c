#include <stdio.h>

#include "print.h"

void print_string(NET_API_STRING string) {
  char utf_8[4096] = "";
  if (WideCharToMultiByte(CP_UTF8, 0, string, -1, utf_8, sizeof utf_8, NULL, NULL) == 0) fputs("(too long)", stdout);
  fputs(utf_8, stdout);
}
