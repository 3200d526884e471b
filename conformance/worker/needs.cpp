#include "worker/needs.hpp"

namespace conformance {

const char* reason_of(Needs needs) noexcept {
  switch (needs) {
    case Needs::own_process:
      return "the property works in the implementation's own process, and a connector only passes calls on";
    case Needs::only_calls: return "";
    case Needs::speed: return "the property would take too long through a connector";
    case Needs::addresses: return "the property is about addresses, and a connector gives handles";
    case Needs::threads: return "the property calls from several threads, and a connector makes one call at a time";
    case Needs::memory_limit: return "the property limits the memory of the implementation's own process";
    case Needs::memory_figures: return "the property measures the memory of the implementation's own process";
    case Needs::variables: return "the property chooses where variables lie in the implementation's own process";
    case Needs::errors_of_others: return "the property sets the errors of the implementation's own thread";
    case Needs::end_of_process: return "the property unloads the library or ends the implementation's own process";
    case Needs::retrieving: return "the property calls functions that are not part of a connector's protocol";
  }
  return "";
}

}  // namespace conformance
