/* Strings for people. One file for each platform, since a string of the functions is UTF-16 on Windows. */
#ifndef PRINT_H
#define PRINT_H

#include "apibuffer_users.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Prints a string of the functions to the standard output, in UTF-8. */
void print_string(NET_API_STRING string);

#ifdef __cplusplus
}
#endif

#endif
