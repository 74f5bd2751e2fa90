// Further programs in running containers: `docker exec`. One is made first and started later, so
// that a client knows its id before there is any output. The shim runs them
// (minidock/shim/execs.hpp).
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "minidock/base/fd.hpp"
#include "minidock/containers/containers.hpp"

namespace minidock::containers {

/// ExecConfig of the API.
struct ExecConfig {
    bool attach_stdin = false;
    bool attach_stdout = false;
    bool attach_stderr = false;
    bool tty = false;
    bool privileged = false;
    std::string detach_keys;  ///< as the user wrote them
    std::string user;
    std::string working_dir;
    std::vector<std::string> env;
    std::vector<std::string> cmd;
    std::uint16_t columns = 0;
    std::uint16_t rows = 0;
};

/// @throws BadParameter
ExecConfig read_exec_config(const Json& body);

class Exec {
  public:
    enum class Status { created, starting, running, ended };
    struct State {
        Status status = Status::created;
        pid_t pid = 0;
        int exit_code = 0;
    };

    Exec(std::string id, ContainerPtr container, ExecConfig config)
        : id_{std::move(id)}, container_{std::move(container)}, config_{std::move(config)} {}

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    [[nodiscard]] const ContainerPtr& container() const noexcept { return container_; }
    [[nodiscard]] const ExecConfig& config() const noexcept { return config_; }
    /// Where it is now; one that is just being started is waited for. What the shim has already
    /// reported is taken into account: a client that has seen the output end asks for the exit code
    /// at once.
    State state();

  private:
    friend class Execs;
    void take_report();
    [[nodiscard]] bool has_ended();
    void set(State state, Fd shim);

    const std::string id_;
    const ContainerPtr container_;
    const ExecConfig config_;
    std::mutex mutex_;                 // protects the following
    std::condition_variable started_;  // it is no longer `starting`
    State state_;
    Fd shim_;  // where the end is reported
};
using ExecPtr = std::shared_ptr<Exec>;

class Execs : public LifeExtension {
  public:
    explicit Execs(Containers& containers) : containers_{containers} {}

    /// @throws Conflict when the container does not run, or is paused
    ExecPtr create(const ContainerPtr& container, ExecConfig config);
    /// @throws NotFound in Docker's words
    [[nodiscard]] ExecPtr get(const std::string& id) const;
    /// Adds ExecIDs: those of the container that have not ended.
    void describe(const Container& container, Json& inspect) const override;

    /// Sets it aside for the one who asks first.
    /// @throws Conflict when it has been started, or the container does not run
    void claim(Exec& exec);
    /// Starts a claimed one; comes back when it runs.
    /// @param client  gets its output; none: nobody does
    /// @throws StartError in the runtime's words
    void start(const ExecPtr& exec, const Fd& client, const Fd& early_input);
    void resize(Exec& exec, std::uint16_t columns, std::uint16_t rows);

    struct Result {
        std::optional<int> exit_code;  ///< none: the time was over, and it was killed
        std::string output;            ///< the beginning of both streams
    };
    /// Runs a program to its end.
    Result run(const ContainerPtr& container, ExecConfig config, std::chrono::nanoseconds timeout);

  private:
    void write_process(const Exec& exec) const;
    void watch(const ExecPtr& exec);
    void forget_old(const Container& container);

    Containers& containers_;
    mutable std::mutex mutex_;  // protects the map
    std::map<std::string, ExecPtr> execs_;
};

}  // namespace minidock::containers
