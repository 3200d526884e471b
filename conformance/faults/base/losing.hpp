// Memory that is never given back.
#pragma once

#include <cstdlib>
#include <cstring>

// Makes a record, as of a call, and forgets where it lies.
inline void lose_a_record() {
  constexpr std::size_t bytes = 512;
  void* volatile record = std::malloc(bytes);
  if (record != nullptr) std::memset(record, 1, bytes);
}
