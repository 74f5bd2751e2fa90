// The filters of GET /images/json: reference, label, dangling, before, since, until.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minidock/http/filters.hpp"
#include "minidock/image/store.hpp"

namespace minidock::api {

class ImageFilter {
  public:
    /// @throws BadParameter when there is an unknown filter or a wrong value; NotFound when the
    ///         image of before or since is not there
    ImageFilter(const http::Filters& filters, const image::Store& store);

    /// For prune: without a filter the dangling ones, with dangling=false all.
    static ImageFilter to_prune(const http::Filters& filters, const image::Store& store);

    /// Whether the image passes. Of one that was asked for by its reference only those names stay
    /// that fit.
    bool apply(image::Image& image) const;

  private:
    bool keep_matching_tags(image::Image& image) const;
    bool has_labels(const image::Image& image) const;

    http::Filters filters_;
    std::optional<bool> dangling_;
    std::optional<Timestamp> before_;  ///< made before this
    std::optional<Timestamp> since_;   ///< made after this
};

}  // namespace minidock::api
