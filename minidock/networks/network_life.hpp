// Networks in the life of a container (chapter 8's extension point): what its request asks of
// networks is checked, its network is there before it starts and gone after it has ended.
#pragma once

#include "minidock/containers/life_extension.hpp"
#include "minidock/networks/connections.hpp"

namespace minidock::networks {

class NetworkLife : public containers::LifeExtension {
  public:
    explicit NetworkLife(Connections& connections) : connections_{connections} {}

    [[nodiscard]] std::vector<std::string> serves() const override;
    void check(const Json& request, containers::Definition& definition,
               std::vector<std::string>& warnings) override;
    void created(const containers::Container& container,
                 std::vector<std::string>& warnings) override;
    void prepare(const containers::Container& container, Json& spec) override;
    void after_exit(const containers::Container& container) noexcept override;
    void removed(const containers::Container& container, bool volumes) override;
    void describe(const containers::Container& container, Json& inspect) const override;
    void summarize(const containers::Container& container, Json& line) const override;

  private:
    [[nodiscard]] std::vector<Endpoint> wished_endpoints(
        const Json& request, const containers::Definition& definition) const;
    [[nodiscard]] Json networks(const containers::Container& container) const;

    Connections& connections_;
};

/// Checks a wish against the network that it is for.
/// @throws BadParameter in Docker's words
void check_wish(const EndpointWish& wish, const Network& network);

}  // namespace minidock::networks
