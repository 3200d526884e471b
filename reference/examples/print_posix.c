#include <stdio.h>

#include "print.h"

void print_string(NET_API_STRING string) { fputs(string, stdout); }
