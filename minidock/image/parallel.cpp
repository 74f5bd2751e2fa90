#include "minidock/image/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace minidock::image {

void run_in_parallel(const std::vector<std::function<void()>>& jobs, std::size_t threads) {
    std::atomic<std::size_t> next_job{0};
    std::mutex mutex;
    std::exception_ptr first_error;  // guarded by mutex

    const auto work = [&] {
        for (std::size_t i = next_job++; i < jobs.size(); i = next_job++) {
            try {
                jobs[i]();
            } catch (...) {
                next_job = jobs.size();
                const std::lock_guard lock{mutex};
                if (!first_error) first_error = std::current_exception();
            }
        }
    };

    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(threads, jobs.size()); ++i)
        helpers.emplace_back(work);
    work();  // the caller is one of the workers
    helpers.clear();
    if (first_error) std::rethrow_exception(first_error);
}

}  // namespace minidock::image
