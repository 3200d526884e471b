// The C library's malloc, calloc, realloc and free as the tests want them to be. What is set here holds for every thread.
#pragma once

#include <cstddef>

namespace c_library {

// While one of these lives, no memory can be had (by malloc and realloc, or by calloc), and the last error is touched as
// the library touches it when it fails.
struct NoMalloc {
  NoMalloc();
  ~NoMalloc();
};
struct NoCalloc {
  NoCalloc();
  ~NoCalloc();
};

// How many bytes malloc or realloc was asked for by the last call that was made while a NoMalloc lived; 0 if there was none.
std::size_t refused_bytes();

// How many more blocks malloc and realloc gave than free took so far. calloc does not count: from it come the map's
// leaves, which are never freed.
std::ptrdiff_t live_blocks();

// Makes the next calloc call this function first, or the next free or realloc call it when it is done.
void before_next_calloc(void (*function)());
void after_next_free(void (*function)());
void after_next_realloc(void (*function)());

}  // namespace c_library
