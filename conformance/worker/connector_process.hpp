// The process of a connector, and its standard input and output: connector_process_linux.cpp and
// connector_process_windows.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace conformance {

// The connector, or the implementation behind it, is no more to be used. The message is a predicate: "ended with exit
// code 3".
struct ConnectorFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ConnectorProcess {
 public:
  // Starts a program, with its arguments quoted as for the system's shell; its standard error is that of this process.
  // Throws ConnectorFailed.
  explicit ConnectorProcess(const std::string& command);
  // Closes its input, and does not wait for its end: whoever started this process ends what it leaves behind.
  ~ConnectorProcess();
  ConnectorProcess(const ConnectorProcess&) = delete;
  ConnectorProcess& operator=(const ConnectorProcess&) = delete;

  // False where nobody reads any more. Waits for as long as the process does not read.
  bool write(std::string_view text);

  // Appends what the process has written, at most so many bytes; waits until there is something. False at the end.
  bool read(std::string& text, std::size_t most_bytes);

  // What became of the process, as a predicate ("ended with exit code 3"), once its output has ended.
  std::string ending();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace conformance
