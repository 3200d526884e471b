// RIGHT: One call in 500 takes a millisecond, since no page promises a speed.
#include <atomic>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static inline std::atomic<unsigned> calls = 0;
  static void pause() {
    if (++calls % 500 == 0) platform::sleep_ms(1);
  }
  static void* take(std::size_t bytes) {
    pause();
    return Correct::take(bytes);
  }
  static void give_back(void* block) {
    pause();
    Correct::give_back(block);
  }
};

EXPORT_ALL(Unusual)
