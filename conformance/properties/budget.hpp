// How long a loop goes on where the implementation is slow.
#pragma once

#include <algorithm>
#include <chrono>

namespace conformance {

// Loops have many repetitions for what shows only after many calls. Where every call takes long they would go on for
// minutes, so there a loop ends early. What a shorter loop has judged is still valid: ending early is neither a failure nor a finding.
//
// A loop that frees buffers leaves the rest allocated when it ends early. A case with such a loop is `alone`, so that no
// later case has less memory.
//
// How busy the machine is makes no difference: of a few repetitions in a row the fastest counts for all of them, and that
// one was not interrupted.
//
//   Budget budget;
//   for (unsigned i = 0; i < count && budget.allows_another(); ++i) …
class Budget {
 public:
  using Time = std::chrono::steady_clock::duration;

  // Many times what the longest loop takes with an implementation as fast as the C library's.
  static constexpr Time of_a_loop = std::chrono::milliseconds(500);

  // `least` repetitions are always made: few where each is long.
  explicit Budget(Time time = of_a_loop, unsigned least = 100)
      : time_(time), least_(least), in_a_row_(std::min(least, 16U)), last_(Clock::now()) {}

  // Asked before each repetition.
  bool allows_another() {
    const auto now = Clock::now();
    if (made_ > 0) fastest_ = std::min(fastest_, now - last_);
    if (made_ > 0 && made_ % in_a_row_ == 0) {
      spent_ += fastest_ * in_a_row_;
      fastest_ = Time::max();
    }
    last_ = now;
    return made_++ < least_ || spent_ < time_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  Time time_;
  unsigned least_, in_a_row_;
  Time spent_ = Time::zero(), fastest_ = Time::max();
  Clock::time_point last_;
  unsigned made_ = 0;
};

}  // namespace conformance
