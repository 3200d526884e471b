// Threads that are one case's.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "worker/api.hpp"

namespace conformance {

// Runs `count` threads at once: none begins before all have come up, or the first might be done by then. A failure in one
// of them is the case's: it is recorded, the others finish, and then the case stops.
inline void in_threads(Api& api, unsigned count, const std::function<void(unsigned number)>& body) {
  std::vector<std::thread> threads;
  std::atomic<unsigned> still_to_come = count;
  for (unsigned number = 0; number < count; ++number) {
    threads.emplace_back([&body, &still_to_come, number] {
      --still_to_come;
      while (still_to_come > 0) std::this_thread::yield();
      try {
        body(number);
      } catch (const CaseStopped&) {
        // Recorded.
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  api.run().stop_if_failed();
}

}  // namespace conformance
