// Why a call was refused.
#pragma once

#include <string>

#include "minidock/base/error.hpp"

namespace minidock::test {

/// The message of the error that `call` throws.
template <class Call>
std::string complaint(Call call) {
    try {
        call();
    } catch (const RequestError& error) {
        return error.what();
    }
    return "no complaint";
}

}  // namespace minidock::test
