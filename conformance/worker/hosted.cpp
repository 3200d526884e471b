#include "worker/hosted.hpp"

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "worker/buffers.hpp"
#include "worker/case_thread.hpp"
#include "worker/connector.hpp"
#include "worker/embedded.hpp"
#include "worker/execution.hpp"
#include "worker/exit_codes.hpp"
#include "worker/platform.hpp"
#include "worker/stream.hpp"

namespace conformance {
namespace {

void send_last_words(const platform::Fault& fault) noexcept {
  char where[buffers::where_characters] = {};
  const CaseThread& thread = CaseThread::current();
  if (fault.address) buffers::where(*fault.address, thread.given(), where);
  stream::send_crash(fault.reason, thread.function(), thread.requirement_in_call(), where);
  send_recent_calls();
}

// One batch of ids, up to an empty line or the end of the input. All of it is read before anything of it is run: what
// an implementation does to the channel in a case cannot touch what its other cases are.
std::vector<std::string> read_ids() {
  std::vector<std::string> ids;
  for (auto line = platform::read_channel_line(); line && !line->empty(); line = platform::read_channel_line()) {
    ids.push_back(*line);
  }
  return ids;
}

// 0 where all of them passed: then the process may go on to run others.
int execute_for_host(const std::vector<std::string>& ids, Catalogue& catalogue, Subject& subject) {
  for (const std::string& id : ids) {
    const Case* wanted = nullptr;
    try {
      wanted = catalogue.find(id);
    } catch (const std::exception& exception) {
      stream::send("error", {{"message", std::string("a vector file cannot be used: ") + exception.what()}});
      return exit_code::bad_input;
    }
    if (wanted == nullptr) {
      stream::send("error", {{"message", "no case is called " + id}});
      return exit_code::wrong_usage;
    }
    CaseRun run(wanted->id, wanted->requirements, evidence_of(*wanted));
    const CurrentRun current(run);
    try {
      execute(*wanted, run, subject);
    } catch (const std::exception&) {
      return exit_code::could_not_run;
    }
    if (run.failed()) return exit_code::not_conforming;
  }
  return exit_code::success;
}

stream::Event hello(const Loaded& loaded) {
  const Implementation& library = loaded.subject->library;
  const Connector* const connector = loaded.subject->connector.get();
  stream::Event members = {{"protocol", 2},
                           {"platform", connector != nullptr ? connector->identity().platform : platform_name},
                           {"exports", library.names(ExportForm::undecorated)},
                           {"decorated", library.names(ExportForm::decorated)},
                           {"path", loaded.path},
                           {"suite", suite_identity()}};
  if (connector != nullptr) {
    const ConnectorIdentity& identity = connector->identity();
    members["implementation"] = {{"name", identity.name}, {"version", identity.version}};
  }
  return members;
}

}  // namespace

int run_for_host(const Options& options, Catalogue& catalogue) {
  platform::take_channels();
  const std::optional<std::string> nonce = platform::read_channel_line();
  if (!nonce || nonce->empty()) return exit_code::wrong_usage;
  stream::open(*nonce);
  platform::on_crash(send_last_words);
  platform::look_now_and_then(look_for_hang);
  stream::send("loading", {{"target", options.connector.empty() ? options.target : options.connector}});
  const Loaded loaded = load_subject(options.target, options.connector);
  if (loaded.subject == nullptr) {
    stream::send("load-failed", {{"message", loaded.message}});
    return exit_code::could_not_run;
  }
  stream::send("hello", hello(loaded));
  for (std::vector<std::string> ids = read_ids(); !ids.empty(); ids = read_ids()) {
    const int status = execute_for_host(ids, catalogue, *loaded.subject);
    if (status != exit_code::success) return status;
    stream::send("bye");
  }
  return exit_code::success;
}

}  // namespace conformance
