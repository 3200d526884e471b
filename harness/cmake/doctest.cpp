// The one place where doctest is compiled; what includes it elsewhere only sees its declarations.
#define DOCTEST_CONFIG_IMPLEMENT
// A crash is reported by the worker's own handler, which allocates nothing: doctest's could hang in a heap that is broken.
#define DOCTEST_CONFIG_NO_POSIX_SIGNALS
#define DOCTEST_CONFIG_NO_WINDOWS_SEH
#include <doctest/doctest.h>
