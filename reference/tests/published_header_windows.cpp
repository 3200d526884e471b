// Compiles only where apibuffer.h and apibuffer_users.h declare the functions as the platform's own header does.
#include <windows.h>

#include <lm.h>

#include "apibuffer.h"
#include "apibuffer_users.h"
