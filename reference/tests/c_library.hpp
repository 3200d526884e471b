// The C library's malloc, calloc and free as the tests want them to be. What is set here holds for every thread.
#pragma once

#include <cstddef>

namespace c_library {

// While one of these lives, no memory can be had, and the last error is touched as a failing malloc touches it.
struct NoMalloc {
  NoMalloc();
  ~NoMalloc();
};
struct NoCalloc {
  NoCalloc();
  ~NoCalloc();
};

// How many bytes malloc was asked for by the last call that was made while a NoMalloc lived; 0 if there was none.
std::size_t refused_bytes();

// Makes the next calloc call this function first, or the next free call it when the memory has been given back.
void before_next_calloc(void (*function)());
void after_next_free(void (*function)());

}  // namespace c_library
