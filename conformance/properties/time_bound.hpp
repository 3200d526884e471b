// Loops that end early with a slow implementation, where fewer repetitions still prove something.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace conformance {

class TimeBound {
 public:
  bool is_over() const { return std::chrono::steady_clock::now() > end_; }

 private:
  static constexpr std::chrono::seconds most_time{2};
  std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + most_time;
};

// The same in an order in which every part holds some of all. `stride` has no divisor in common with the number of them.
template <class Value>
std::vector<Value> mixed(const std::vector<Value>& values, std::size_t stride) {
  std::vector<Value> result;
  for (std::size_t i = 0; i < values.size(); ++i) result.push_back(values[i * stride % values.size()]);
  return result;
}

}  // namespace conformance
