#include "chapters/00-what-is-a-container/way.hpp"

#include <fcntl.h>

#include "chapters/00-what-is-a-container/container.hpp"
#include "chapters/00-what-is-a-container/initrd.hpp"
#include "minidock/base/error.hpp"
#include "minidock/base/fd.hpp"

namespace minidock::chapter00 {

// [ways]
Way as_process(const std::string& image, const std::vector<std::string>& command) {
    const std::string busybox = image + "/bin/busybox";  // it looks at argv[0] for its part
    const auto start = [=](const Descriptors& descriptors) {
        return spawn({.path = busybox, .arguments = command, .descriptors = descriptors});
    };
    return {"process", start, "PSS of the process", {busybox}, "the program"};
}

Way as_container(const std::string& image, const std::vector<std::string>& command) {
    const auto start = [=](const Descriptors& descriptors) {
        return start_container(
            image, {.path = command.at(0), .arguments = command, .descriptors = descriptors});
    };
    return {"container", start, "PSS of the process in it", {image}, "the image"};
}

Way as_machine(const std::string& image, const std::vector<std::string>& command,
               const Machine& machine, const std::string& initrd_file) {
    const Fd file = open_file(initrd_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    write_all(file.get(), pack_initrd(image, init_script(command)), initrd_file);

    const auto start = [=](const Descriptors& descriptors) {
        return start_machine(machine, initrd_file, descriptors);
    };
    return {"machine",
            start,
            "PSS of QEMU; the guest has " + std::to_string(machine.ram_mib) + " MiB of RAM",
            {machine.kernel, initrd_file},
            "kernel and initrd"};
}
// [/ways]

}  // namespace minidock::chapter00
