// One case being played: its steps, checks and observations, told to the host as they happen and kept for doctest.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace conformance {

struct Failure {
  std::string requirement;
  std::string what;
  std::string expected;
  std::string actual;
  std::string step;
};

// Thrown to leave a case early. What happened is already recorded.
struct CaseStopped {};

class CaseRun {
 public:
  using Values = std::map<std::string, std::string>;

  CaseRun(std::string id, std::string first_requirement);

  // ---- telling what is done ----

  // A step is about to be made. `function` names the implementation's function that it calls, if it calls one. `bytes`
  // is how much memory it asks for: where that is very much, the host is told to be patient with the rest of the case.
  void step(const std::string& text, const char* function = "", std::uint64_t bytes = 0);

  // A step of a vector, whose index counts the steps that are left out too.
  void step_at(int index, const std::string& text, const char* function, std::uint64_t bytes);

  // The step has returned. `returned` is a status, or "done" for a step that is no call.
  void done(const std::string& returned = "done", const Values& values = {});

  // A long loop lives; sends something at most a few times a second. Callable from every thread.
  void still_running();

  // ---- judging ----

  // Records a failure and leaves the case where `holds` is false. Callable from every thread of the case.
  void expect(bool holds, const char* requirement, const char* what, const char* expected, const char* actual) {
    checks_.fetch_add(1, std::memory_order_relaxed);
    if (!holds) fail(requirement, what, expected, actual);
  }
  void expect(bool holds, const std::string& requirement, const char* what, const std::string& expected,
              const std::string& actual) {
    checks_.fetch_add(1, std::memory_order_relaxed);
    if (!holds) fail(requirement, what, expected, actual);
  }

  // As expect, but the case goes on: for a step with several expectations, of which all are worth telling.
  void note_expectation(bool holds, const std::string& requirement, const std::string& what,
                        const std::string& expected, const std::string& actual);

  // Leaves the case if any expectation was not met so far.
  void stop_if_failed() const {
    if (is_to_stop_.load(std::memory_order_relaxed)) throw CaseStopped();
  }

  // In a case of parts that do not depend on each other: the next part is judged whatever failed before it.
  void next_part() { is_to_stop_ = false; }

  [[noreturn]] void fail(const std::string& requirement, const std::string& what, const std::string& expected,
                         const std::string& actual);

  void observe(const std::string& name, const std::string& value);

  // The implementation, or this machine, lacks what the case needs.
  [[noreturn]] void unsupported(const std::string& reason);
  [[noreturn]] void not_run(const std::string& reason);

  // ---- what came of it ----

  void begin();
  void end();

  const std::string& id() const { return id_; }
  const std::string& first_requirement() const { return first_requirement_; }
  const std::vector<Failure>& failures() const { return failures_; }
  const std::string& left_out_because() const { return left_out_because_; }
  const Values& observations() const { return observations_; }
  unsigned long long checks() const { return checks_.load(); }
  bool failed() const { return failed_.load(); }

 private:
  void record(Failure failure);

  std::string id_;
  std::string first_requirement_;
  int step_index_ = -1;
  int steps_made_ = 0;
  std::string step_text_;
  std::atomic<unsigned long long> checks_ = 0;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> is_to_stop_ = false;  // failed, in this part of the case
  std::atomic<long long> last_sign_of_life_ms_ = 0;
  std::mutex mutex_;  // guards what follows: threads of one case may fail at once
  std::vector<Failure> failures_;
  Values observations_;
  std::string left_out_because_;
};

}  // namespace conformance
