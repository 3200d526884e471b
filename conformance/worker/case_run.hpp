// One case being run: its steps, judgements and observations, sent to the host as they happen and kept for doctest.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "worker/case_thread.hpp"
#include "worker/recent_calls.hpp"

namespace conformance {

struct Failure {
  std::string requirement;
  std::string what;
  std::string expected;
  std::string actual;
  std::string step;
};

// Why a case did not come to a verdict of its own.
enum class LeftOut { no, unsupported, not_run };

// Thrown to leave a case early. What happened is already recorded.
struct CaseStopped {};

// What the call path looks at in every call, whatever the case is about.
enum class Guard { calling_convention, full_pointers, writes_32_bits };

// The requirement that a guard stands for.
const char* requirement_of(Guard guard) noexcept;

class CaseRun {
 public:
  using Values = std::map<std::string, std::string>;

  // In the case's first thread. `evidence`: the rank of the case's evidence.
  CaseRun(std::string id, const std::vector<std::string>& requirements, std::size_t evidence);

  // ---- reporting what is done ----

  // A step is about to be made. `function` names the implementation's function that it calls, if it calls one. `bytes`
  // is how much memory it asks for: where that is very much, the host is asked to be patient with the rest of the case.
  void step(const std::string& text, const char* function = "", std::uint64_t bytes = 0);

  // A step of a vector, whose index counts the steps that are left out too. `requirement`: which one is not met where it
  // does not return.
  void step_at(int index, const std::string& text, const char* function, std::uint64_t bytes, const char* requirement);

  // A property is about to call `function`; `requirement` is not met where the call does not return. While memory is
  // limited the host is informed where the requirement changes: a process that ends then may have no last words.
  void calling(const char* function, const char* requirement);

  // The step has returned. `returned` is a status, or "done" for a step that is no call.
  void done(const std::string& returned = "done", const Values& values = {});

  // The case ends the process by its exit handlers now: what the host sees of that is what came of the case.
  void exiting();

  // The case lives; sends something at most a few times a second, and costs nanoseconds otherwise. Every call of the
  // implementation that returns says so by itself: this is for what waits without calling. Callable from every thread.
  void still_running();

  // A property makes a call, and it has returned this status. Where it calls from several threads its calls cannot be made
  // again in their order, and are not kept.
  void call_begins(Function function, const std::uintptr_t* arguments, bool is_in_another_thread) noexcept;
  void call_returned(Status status, bool is_in_another_thread) noexcept;

  // Sends the last calls of a property that has not failed so far, as far as they are kept. It allocates nothing.
  void send_recent_calls() const noexcept;

  // Says which call of a property the first thread is in, if it was in the same one at the last look. It is no sign of life,
  // and allocates nothing. For a thread that is no case's.
  void look_for_hang() noexcept;

  // No thread of the case has returned from a call for long: these are all of them but the first. It is no sign of life.
  void waiting(const std::vector<CaseThread>& threads);

  // ---- the case's threads ----

  // Whether the caller is not the case's first thread.
  bool is_in_another_thread() const noexcept { return &CaseThread::current() != &first_thread_; }

  // Another thread of the case has ended. For the first thread.
  void add_judgements_of(const CaseThread& ended);

  // ---- judging ----

  // A pass needs at least one judgement. A requirement is named by a literal, or by text that outlives the case. One that is
  // known less well than the case's evidence says is an error of the case and no failure: its profile must not accuse for
  // it. Everything here is callable from every thread of the case.

  // The requirement was judged and met. Said by itself where coming to a place is the proof.
  void met(const char* requirement) {
    CaseThread::current().count_judgement();
    if (requirement != judged_place(requirement).load(std::memory_order_relaxed)) expect_to_be_declared(requirement);
  }

  // Records a failure and leaves the case where `holds` is false.
  void expect(bool holds, const char* requirement, const char* what, const char* expected, const char* actual) {
    if (!holds) fail(requirement, what, expected, actual);
    met(requirement);
  }
  void expect(bool holds, const char* requirement, const char* what, const std::string& expected,
              const std::string& actual) {
    if (!holds) fail(requirement, what, expected, actual);
    met(requirement);
  }
  void expect(bool holds, const char* requirement, const std::string& what, const std::string& expected,
              const std::string& actual) {
    if (!holds) fail(requirement, what, expected, actual);
    met(requirement);
  }

  // A look of the call path. It counts as a judgement where the case is about the guard's requirement: a case about
  // something else proves nothing by it. The case goes on, and is left by stop_if_failed.
  void guard(Guard guard, bool holds, const char* what, const char* expected, const char* actual) {
    count(guard);
    if (!holds) breach(guard, what, expected, actual);
  }

  // The two halves of guard, for a guard that looks at many things of one call.
  void count(Guard guard) {
    CaseThread& thread = CaseThread::current();
    is_subject(guard) ? thread.count_judgement() : thread.count_guard();
  }
  void breach(Guard guard, const std::string& what, const std::string& expected, const std::string& actual);

  // As expect, but the case goes on: for a step with several expectations, of which all are worth reporting.
  void note_expectation(bool holds, const char* requirement, const std::string& what, const std::string& expected,
                        const std::string& actual);

  // Leaves the case if any expectation was not met so far.
  void stop_if_failed() const {
    if (is_to_stop_.load(std::memory_order_relaxed)) throw CaseStopped();
  }

  // In a case of parts that do not depend on each other: the next part is judged whatever failed before it.
  void next_part() { is_to_stop_ = false; }

  [[noreturn]] void fail(const char* requirement, const std::string& what, const std::string& expected,
                         const std::string& actual);

  void observe(const std::string& name, const std::string& value);

  // The implementation, or this machine, lacks what the case needs.
  [[noreturn]] void unsupported(const std::string& reason);
  [[noreturn]] void not_run(const std::string& reason);

  // ---- what came of it ----

  void begin();
  void end();

  const std::string& id() const { return id_; }
  const std::vector<Failure>& failures() const { return failures_; }
  LeftOut left_out_as() const { return left_out_as_; }
  const std::string& left_out_because() const { return left_out_because_; }
  const Values& observations() const { return observations_; }
  unsigned long long judgements() const { return first_thread_.judgements() + judgements_of_others_; }
  bool failed() const { return failed_.load(); }

 private:
  // Whether the calls that are kept are all that led to here, in their order, and there are any.
  bool has_calls_to_repeat() const noexcept { return !failed_ && !has_threads_ && !recent_calls_.empty(); }
  void record(Failure failure);
  void expect_to_be_declared(const char* requirement);
  std::atomic<const char*>& judged_place(const char* requirement) {
    return judged_[reinterpret_cast<std::uintptr_t>(requirement) / 8 % judged_.size()];
  }
  unsigned long long guards() const { return first_thread_.guards() + guards_of_others_; }
  bool is_subject(Guard guard) const { return is_subject_[static_cast<std::size_t>(guard)]; }

  CaseThread first_thread_;
  CurrentCaseThread is_made_in_first_thread_{first_thread_};
  unsigned long long judgements_of_others_ = 0, guards_of_others_ = 0;
  std::string id_;
  std::size_t evidence_;
  int step_index_ = -1;
  int steps_made_ = 0;
  bool has_phases_ = false;         // as properties have: what is judged behind one is not a part of it
  bool is_between_phases_ = false;  // of a property: the last one is done, and the next one has not begun
  std::string step_text_;
  std::array<bool, 3> is_subject_;  // by guard: whether the case is about it
  // By address: spares the few requirements that are judged a million times a look-up each time.
  std::array<std::atomic<const char*>, 64> judged_ = {};
  RecentCalls recent_calls_;
  std::atomic<bool> has_threads_ = false;
  unsigned long long calls_at_last_look_ = 0;
  bool is_hang_said_ = false;  // that of the call in which the last look found the thread
  std::atomic<bool> failed_ = false;
  std::atomic<bool> is_to_stop_ = false;  // failed, in this part of the case
  std::atomic<std::int64_t> last_sign_of_life_ms_ = 0;
  std::mutex mutex_;  // guards what follows: threads of one case may fail at once
  std::vector<Failure> failures_;
  Values observations_;
  LeftOut left_out_as_ = LeftOut::no;
  std::string left_out_because_;
};

}  // namespace conformance
