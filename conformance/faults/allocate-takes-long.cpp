// RIGHT: Each Allocate takes 60 microseconds, as a round trip to a service does.
#include <chrono>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static Status allocate(Dword byte_count, void** buffer) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::microseconds(60);
    while (Clock::now() < end) continue;
    return Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Unusual)
