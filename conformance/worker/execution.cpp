#include "worker/execution.hpp"

#include <exception>
#include <iterator>
#include <mutex>
#include <utility>

#include "worker/case_thread.hpp"
#include "worker/connected_world.hpp"
#include "worker/platform.hpp"
#include "worker/stream.hpp"

namespace conformance {
namespace {

CaseRun* current_run = nullptr;
// A thread that looks at the case must not find one that is gone.
std::mutex current_run_mutex;

void set_current_run(CaseRun* run) {
  const std::lock_guard lock(current_run_mutex);
  current_run = run;
}

// A library whose exports are there and lead nowhere is not one without exports; empty where it is none.
std::string why_nothing_is_exported(platform::Library* library) {
  for (const Signature& signature : signatures) {
    std::string reason = platform::why_not_found(library, signature.name);
    if (!reason.empty()) return reason;
  }
  return "";
}

Loaded started(const std::string& connector) {
  Loaded loaded;
  try {
    auto connected = std::make_shared<Connector>(connector);
    Implementation implementation(*connected);
    loaded.subject = std::make_unique<Subject>(Subject{std::move(implementation), "", std::move(connected)});
  } catch (const ConnectorFailed& failure) {
    loaded.message = std::string("the connector ") + failure.what();
  }
  return loaded;
}

void execute_in(const Case& tested, CaseRun& run, Subject& subject) {
  const std::string reason = subject.connector != nullptr ? why_not_through_a_connector(tested) : "";
  if (!reason.empty()) run.unsupported(reason);
  tested.execute_in(run, subject);
}

}  // namespace

Loaded load_subject(const std::string& path, const std::string& connector) {
  if (!connector.empty()) return started(connector);
  platform::open_memory_figures();
  Loaded loaded;
  platform::Library* const library = platform::load(path, loaded.message);
  if (library == nullptr) return loaded;
  loaded.path = platform::loaded_path(library);
  Implementation implementation(library);
  if (implementation.names(ExportForm::missing).size() == std::size(signatures)) {
    loaded.message = why_nothing_is_exported(library);
    if (!loaded.message.empty()) return loaded;
  }
  loaded.subject = std::make_unique<Subject>(Subject{std::move(implementation), path, nullptr});
  return loaded;
}

void execute(const Case& tested, CaseRun& run, Subject& subject) {
  run.begin();
  try {
    execute_in(tested, run, subject);
  } catch (const CaseStopped&) {
    // What stopped it is recorded.
  } catch (const ConnectorFailed& failure) {
    const std::string reason = std::string("a connector that ") + failure.what();
    const CaseThread& thread = CaseThread::current();
    stream::send("crash",
                 {{"reason", reason}, {"function", thread.function()}, {"requirement", thread.requirement_in_call()}});
    throw ConnectorFailed(reason);
  } catch (const std::exception& exception) {
    stream::send("error", {{"message", tested.id + ": " + exception.what()}});
    throw;
  }
  run.end();
}

CurrentRun::CurrentRun(CaseRun& run) { set_current_run(&run); }
CurrentRun::~CurrentRun() { set_current_run(nullptr); }

void look_for_hang() noexcept {
  const std::lock_guard lock(current_run_mutex);
  if (current_run != nullptr) current_run->look_for_hang();
}

void send_recent_calls() noexcept {
  if (current_run != nullptr) current_run->send_recent_calls();
}

const char* current_case() noexcept { return current_run != nullptr ? current_run->id().c_str() : ""; }

}  // namespace conformance
