#include "minidock/api/not_served.hpp"

#include "minidock/base/error.hpp"
#include "minidock/http/router.hpp"

namespace minidock::api {
namespace {

constexpr std::string_view paths =
    "/auth /build /build/prune /commit /events /session /system/df "
    "/containers/json /containers/create /containers/prune /containers/{id} "
    "/containers/{id}/archive /containers/{id}/attach /containers/{id}/attach/ws "
    "/containers/{id}/changes /containers/{id}/exec /containers/{id}/export "
    "/containers/{id}/json /containers/{id}/kill /containers/{id}/logs /containers/{id}/pause "
    "/containers/{id}/rename /containers/{id}/resize /containers/{id}/restart "
    "/containers/{id}/start /containers/{id}/stats /containers/{id}/stop /containers/{id}/top "
    "/containers/{id}/unpause /containers/{id}/update /containers/{id}/wait "
    "/exec/{id}/json /exec/{id}/resize /exec/{id}/start "
    "/images/json /images/create /images/get /images/load /images/prune /images/search "
    "/images/{name...} /images/{name...}/get /images/{name...}/history /images/{name...}/json "
    "/images/{name...}/push /images/{name...}/tag /distribution/{name...}/json "
    "/volumes /volumes/create /volumes/prune /volumes/{name} "
    "/networks /networks/create /networks/prune /networks/{id} /networks/{id}/connect "
    "/networks/{id}/disconnect "
    "/plugins /plugins/create /plugins/privileges /plugins/pull /plugins/{name...} "
    "/plugins/{name...}/json "
    "/swarm /swarm/init /swarm/join /swarm/leave /swarm/unlock /swarm/unlockkey /swarm/update "
    "/nodes /nodes/{id} /nodes/{id}/update /tasks /tasks/{id} /tasks/{id}/logs "
    "/services /services/create /services/{id} /services/{id}/logs /services/{id}/update "
    "/secrets /secrets/create /secrets/{id} /secrets/{id}/update "
    "/configs /configs/create /configs/{id} /configs/{id}/update";

http::Router make_table() {
    http::Router table;
    for (std::string_view rest = paths; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        table.add("ANY", std::string{rest.substr(0, end)}, {});
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return table;
}

}  // namespace

bool is_engine_api(const http::Request& request) {
    static const http::Router table = make_table();
    http::Request probe;
    probe.method = "ANY";
    probe.path = request.path;
    try {
        table.find(probe);
        return true;
    } catch (const NotFound&) {
        return false;
    }
}

}  // namespace minidock::api
