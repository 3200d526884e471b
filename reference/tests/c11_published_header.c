/* Compiles only where apibuffer.h declares what the platform's own headers declare, and in either order. */
#include "apibuffer.h"

#include <lm.h>

#include "apibuffer.h"
