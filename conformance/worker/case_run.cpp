#include "worker/case_run.hpp"

#include <algorithm>
#include <utility>

#include "worker/evidence.hpp"
#include "worker/memory_limit.hpp"
#include "worker/platform.hpp"
#include "worker/stream.hpp"

namespace conformance {
namespace {

constexpr std::int64_t sign_of_life_interval_ms = 200;

// An implementation may touch all memory that it gives out, and for so much of it that takes its time.
constexpr std::uint64_t very_many_bytes = 256 << 20;

}  // namespace

const char* requirement_of(Guard guard) noexcept {
  switch (guard) {
    case Guard::calling_convention: return "abi/calling-convention";
    case Guard::full_pointers: return "abi/full-pointers";
    case Guard::writes_32_bits: return "size/writes-32-bits";
  }
  return "";
}

CaseRun::CaseRun(std::string id, const std::vector<std::string>& requirements, std::size_t evidence)
    : id_(std::move(id)), evidence_(evidence) {
  for (const Guard guard : {Guard::calling_convention, Guard::full_pointers, Guard::writes_32_bits}) {
    is_subject_[static_cast<std::size_t>(guard)] =
        std::find(requirements.begin(), requirements.end(), requirement_of(guard)) != requirements.end();
  }
}

void CaseRun::begin() {
  last_sign_of_life_ms_ = platform::coarse_time_ms();
  stream::mark_output(id_);
  stream::send("begin", {{"case", id_}});
}

void CaseRun::end() {
  stream::send("end", {{"case", id_},
                       {"steps", steps_made_},
                       {"judgements", judgements()},
                       {"guards", guards()},
                       {"failed", failures_.size()}});
}

void CaseRun::step(const std::string& text, const char* function, std::uint64_t bytes) {
  step_at(step_index_ + 1, text, function, bytes, "");
  has_phases_ = true;
}

void CaseRun::step_at(int index, const std::string& text, const char* function, std::uint64_t bytes,
                      const char* requirement) {
  step_index_ = index;
  step_text_ = text;
  ++steps_made_;
  is_between_phases_ = false;
  stream::Event members = {{"index", index}, {"text", text}, {"function", function}, {"requirement", requirement}};
  CaseThread::current().set_requirement(requirement);
  if (bytes >= very_many_bytes) members["bytes"] = bytes;
  stream::send("step", members);
}

void CaseRun::done(const std::string& returned, const Values& values) {
  is_between_phases_ = has_phases_;
  stream::send("done", {{"index", step_index_}, {"returned", returned}, {"values", values}});
}

void CaseRun::calling(const char* function, const char* requirement) {
  const bool is_news = CaseThread::current().set_requirement(requirement);
  if (is_news && MemoryLimit::is_set()) stream::send_calling(function, requirement);
}

void CaseRun::exiting() { stream::send("exiting"); }

void CaseRun::call_begins(Function function, const std::uintptr_t* arguments, bool is_in_another_thread) noexcept {
  if (is_in_another_thread) {
    // Looked at first: all threads come here, and one that writes slows down the others.
    if (!has_threads_.load(std::memory_order_relaxed)) has_threads_.store(true, std::memory_order_relaxed);
  } else {
    recent_calls_.begins(function, arguments);
  }
}

void CaseRun::call_returned(Status status, bool is_in_another_thread) noexcept {
  if (!is_in_another_thread) recent_calls_.returned(status);
}

void CaseRun::send_recent_calls() const noexcept {
  if (!has_calls_to_repeat()) return;
  // Not on the stack: an implementation may have used it up.
  static char place[RecentCalls::most_characters];
  FixedText text(place);
  recent_calls_.write(text);
  stream::send_calls(text.view());
}

void CaseRun::look_for_hang() noexcept {
  const char* const function = first_thread_.function();
  const unsigned long long calls = first_thread_.calls();
  const bool is_same_call = std::exchange(calls_at_last_look_, calls) == calls && *function != '\0';
  const bool was_said = std::exchange(is_hang_said_, is_same_call);
  if (!is_same_call || was_said) return;
  static char place[RecentCalls::most_characters];
  FixedText text(place);
  if (has_calls_to_repeat()) {
    recent_calls_.write(text);
  } else {
    text << "[]";
  }
  stream::send_hang(function, first_thread_.requirement_in_call(), text.view());
}

void CaseRun::waiting(const std::vector<CaseThread>& threads) {
  stream::Event texts = stream::Event::array();
  const char* function = threads.front().function();
  const char* requirement = "";
  for (const CaseThread& thread : threads) {
    texts.push_back(thread.call_text());
    if (thread.function() != function) function = "";
    if (*requirement == '\0') requirement = thread.requirement_in_call();
  }
  stream::send("waiting", {{"function", function}, {"requirement", requirement}, {"calls", texts}});
}

void CaseRun::add_judgements_of(const CaseThread& ended) {
  judgements_of_others_ += ended.judgements();
  guards_of_others_ += ended.guards();
}

void CaseRun::still_running() {
  const std::int64_t now = platform::coarse_time_ms();
  std::int64_t last = last_sign_of_life_ms_.load(std::memory_order_relaxed);
  if (now - last < sign_of_life_interval_ms) return;
  if (last_sign_of_life_ms_.compare_exchange_strong(last, now)) stream::send_progress(step_index_);
}

void CaseRun::record(Failure failure) {
  if (is_between_phases_) step("look at what came of it");
  send_recent_calls();
  failed_ = is_to_stop_ = true;
  stream::send("failure", {{"index", step_index_},
                           {"requirement", failure.requirement},
                           {"what", failure.what},
                           {"expected", failure.expected},
                           {"actual", failure.actual}});
  failure.step = step_text_;
  failures_.push_back(std::move(failure));
}

void CaseRun::expect_to_be_declared(const char* requirement) {
  if (evidence_rank(requirement) <= evidence_) {
    judged_place(requirement).store(requirement, std::memory_order_relaxed);
    return;
  }
  const std::string actual = std::string("it judges ") + requirement + ", which it does not declare";
  const std::lock_guard lock(mutex_);
  failed_ = true;
  stream::send("error", {{"message", id_ + ": " + actual}});
  failures_.push_back(
      {requirement, "the case itself", "judges nothing that is known less well than it", actual, step_text_});
  throw CaseStopped();
}

void CaseRun::note_expectation(bool holds, const char* requirement, const std::string& what,
                               const std::string& expected, const std::string& actual) {
  met(requirement);
  if (holds) return;
  const std::lock_guard lock(mutex_);
  record({requirement, what, expected, actual, step_text_});
}

void CaseRun::breach(Guard guard, const std::string& what, const std::string& expected, const std::string& actual) {
  const std::lock_guard lock(mutex_);
  record({requirement_of(guard), what, expected, actual, step_text_});
}

void CaseRun::fail(const char* requirement, const std::string& what, const std::string& expected,
                   const std::string& actual) {
  expect_to_be_declared(requirement);
  {
    const std::lock_guard lock(mutex_);
    record({requirement, what, expected, actual, step_text_});
  }
  throw CaseStopped();
}

void CaseRun::observe(const std::string& name, const std::string& value) {
  stream::send("observation", {{"name", name}, {"value", value}});
  observations_[name] = value;
}

void CaseRun::unsupported(const std::string& reason) {
  stream::send("unsupported", {{"reason", reason}});
  left_out_as_ = LeftOut::unsupported;
  left_out_because_ = reason;
  throw CaseStopped();
}

void CaseRun::not_run(const std::string& reason) {
  stream::send("not-run", {{"reason", reason}});
  left_out_as_ = LeftOut::not_run;
  left_out_because_ = reason;
  throw CaseStopped();
}

}  // namespace conformance
