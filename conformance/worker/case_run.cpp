#include "worker/case_run.hpp"

#include <chrono>
#include <utility>

#include "worker/stream.hpp"

namespace conformance {
namespace {

constexpr long long sign_of_life_interval_ms = 200;

// An implementation may touch all memory that it gives out, and for so much of it that takes its time.
constexpr std::uint64_t very_many_bytes = 256 << 20;

long long now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

CaseRun::CaseRun(std::string id, std::string first_requirement)
    : id_(std::move(id)), first_requirement_(std::move(first_requirement)) {}

void CaseRun::begin() {
  last_sign_of_life_ms_ = now_ms();
  stream::send("begin", {{"case", id_}});
}

void CaseRun::end() {
  stream::send("end",
               {{"case", id_}, {"steps", steps_made_}, {"checks", checks_.load()}, {"failed", failures_.size()}});
}

void CaseRun::step(const std::string& text, const char* function, std::uint64_t bytes) {
  step_at(step_index_ + 1, text, function, bytes);
}

void CaseRun::step_at(int index, const std::string& text, const char* function, std::uint64_t bytes) {
  step_index_ = index;
  step_text_ = text;
  ++steps_made_;
  stream::Event members = {{"index", index}, {"text", text}, {"function", function}};
  if (bytes >= very_many_bytes) members["bytes"] = bytes;
  stream::send("step", members);
}

void CaseRun::done(const std::string& returned, const Values& values) {
  stream::send("done", {{"index", step_index_}, {"returned", returned}, {"values", values}});
}

void CaseRun::still_running() {
  const long long now = now_ms();
  long long last = last_sign_of_life_ms_.load();
  if (now - last < sign_of_life_interval_ms) return;
  if (last_sign_of_life_ms_.compare_exchange_strong(last, now)) stream::send_progress(step_index_);
}

void CaseRun::record(Failure failure) {
  failed_ = is_to_stop_ = true;
  stream::send("failure", {{"index", step_index_},
                           {"requirement", failure.requirement},
                           {"what", failure.what},
                           {"expected", failure.expected},
                           {"actual", failure.actual}});
  failures_.push_back(std::move(failure));
}

void CaseRun::note_expectation(bool holds, const std::string& requirement, const std::string& what,
                               const std::string& expected, const std::string& actual) {
  checks_.fetch_add(1, std::memory_order_relaxed);
  if (holds) return;
  const std::lock_guard lock(mutex_);
  record({requirement, what, expected, actual, step_text_});
}

void CaseRun::fail(const std::string& requirement, const std::string& what, const std::string& expected,
                   const std::string& actual) {
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
  left_out_because_ = "unsupported: " + reason;
  throw CaseStopped();
}

void CaseRun::not_run(const std::string& reason) {
  stream::send("not-run", {{"reason", reason}});
  left_out_because_ = "not run: " + reason;
  throw CaseStopped();
}

}  // namespace conformance
