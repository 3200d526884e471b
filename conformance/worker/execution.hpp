// Running one case against the loaded implementation, as both modes of the worker do it.
#pragma once

#include <memory>
#include <string>

#include "worker/catalogue.hpp"

namespace conformance {

// An implementation that can be tested.
struct Loaded {
  std::unique_ptr<Subject> subject;  // null where it could not be loaded
  std::string message;               // why it could not be loaded
  std::string path;                  // the file that the loader took; empty where it does not say
};

// Loads the implementation at a path or of a bare name, for the rest of the process; or starts the connector, where a
// command for one is given.
Loaded load_subject(const std::string& path, const std::string& connector);

// While it lives, this is the case that is being run just now, also while an exception of `execute` is handled.
class CurrentRun {
 public:
  explicit CurrentRun(CaseRun& run);
  ~CurrentRun();
  CurrentRun(const CurrentRun&) = delete;
  CurrentRun& operator=(const CurrentRun&) = delete;
};

// Runs one case, whose begin and end are reported to the host if there is one. Throws std::exception where it is no case,
// and ConnectorFailed, whose last words are reported, where the connector is no more to be used.
void execute(const Case& tested, CaseRun& run, Subject& subject);

// Has the case that is being run just now say whether it hangs in a call. For a thread that is no case's.
void look_for_hang() noexcept;

// Sends the last calls of the property that is being run just now. Callable while the process dies.
void send_recent_calls() noexcept;

// The case that is being run just now; empty between cases. Callable while the process dies.
const char* current_case() noexcept;

}  // namespace conformance
