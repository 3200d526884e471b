// A while without calls: what an implementation puts off, such as giving back what was freed, it does meanwhile.
#pragma once

#include <chrono>
#include <thread>

#include "worker/case_run.hpp"

namespace conformance {

inline void rest(CaseRun& run, std::chrono::steady_clock::duration time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    run.still_running();
  }
}

}  // namespace conformance
