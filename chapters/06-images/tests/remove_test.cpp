// Removing images, and what stands against it.
#include <future>

#include "chapters/06-images/tests/stored_images.hpp"

namespace minidock::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(StoredImages, LoseOneNameOfSeveral) {
    load(docker_archive({lower}, {"a", "b"}));
    EXPECT_THAT(remove("a"), ElementsAre("Untagged: a:latest"));
    EXPECT_THAT(names("b"), ElementsAre("b:latest"));
}

TEST_F(StoredImages, GoWithTheirLastName) {
    const auto before = everything();
    load(docker_archive({lower, upper}, {"app"}));
    const auto chain = store_->get("app").chain_ids;
    EXPECT_THAT(remove("app"),
                ElementsAre("Untagged: app:latest", "Deleted: " + image_id({lower, upper}),
                            "Deleted: " + chain[1].str(), "Deleted: " + chain[0].str()));
    EXPECT_EQ(everything(), before) << "the store must be empty again";
}

TEST_F(StoredImages, LeaveWhatOthersShare) {
    load(docker_archive({lower}, {"base"}));
    load(docker_archive({lower, upper}, {"app"}));
    const auto chain = store_->get("app").chain_ids;
    EXPECT_THAT(remove("app"),
                ElementsAre("Untagged: app:latest", "Deleted: " + image_id({lower, upper}),
                            "Deleted: " + chain[1].str()));
    EXPECT_EQ(content("base", 0, "lower"), "lower");
    reopen();
    EXPECT_EQ(content("base", 0, "lower"), "lower");
}

TEST_F(StoredImages, GoByID) {
    load(docker_archive({lower}, {"app"}));
    EXPECT_EQ(remove(image_id({lower}).substr(7, 12)).size(), 3U);
    EXPECT_TRUE(store_->list().empty());
}

TEST_F(StoredImages, WithSeveralNamesGoByIDOnlyWhenForced) {
    load(docker_archive({lower}, {"a", "b"}));
    const std::string id = image_id({lower});
    EXPECT_EQ(conflict(id), "conflict: unable to delete " + id.substr(7, 12) +
                                " (must be forced) - image is referenced in multiple repositories");
    EXPECT_EQ(remove(id, true).size(), 4U);
}

TEST_F(StoredImages, OfAStoppedContainerGoOnlyWhenForced) {
    load(docker_archive({lower}, {"app"}));
    be_used("app", false);
    const std::string id = image_id({lower}).substr(7, 12);
    EXPECT_EQ(conflict("app"),
              "conflict: unable to remove repository reference \"app\" (must force) - container "
              "aaaaaaaaaaaa is using its referenced image " +
                  id);
    EXPECT_EQ(conflict(id), "conflict: unable to delete " + id +
                                " (must be forced) - image is being used by stopped container "
                                "aaaaaaaaaaaa");
    const std::string layer = store_->layer_folders(store_->get("app"))[0];
    EXPECT_EQ(remove("app", true).size(), 2U);
    EXPECT_TRUE(std::filesystem::exists(layer)) << "the container stands on it";
    store_->set_users({});
    store_->collect_garbage();
    EXPECT_FALSE(std::filesystem::exists(layer));
}

TEST_F(StoredImages, OfARunningContainerStay) {
    load(docker_archive({lower}, {"app"}));
    be_used("app", true);
    const std::string id = image_id({lower}).substr(7, 12);
    EXPECT_EQ(conflict(id, true), "conflict: unable to delete " + id +
                                      " (cannot be forced) - image is being used by running "
                                      "container aaaaaaaaaaaa");
    EXPECT_THAT(remove("app", true), ElementsAre("Untagged: app:latest"));
    EXPECT_THAT(names(id), IsEmpty());
}

TEST_F(StoredImages, MayLoseANameWhileAContainerUsesThem) {
    load(docker_archive({lower}, {"a", "b"}));
    be_used("a", true);
    EXPECT_THAT(remove("a"), ElementsAre("Untagged: a:latest"));
}

TEST_F(StoredImages, AreHeldWhileAContainerIsBeingCreated) {
    load(docker_archive({lower}, {"app"}));
    const std::string id = image_id({lower}).substr(7, 12);
    {
        const auto hold = store_->hold(store_->get("app").id);
        EXPECT_THAT(conflict(id, true), testing::HasSubstr("a container that is being created"));
    }
    EXPECT_EQ(remove(id, true).size(), 3U);
}

TEST_F(StoredImages, ComeAndGoOnManyThreadsAtOnce) {
    const auto work = [&](int own) {
        const std::string layer = TarBuilder{}.file("own", std::to_string(own)).str();
        const std::string name = "app" + std::to_string(own);
        for (int round = 0; round < 10; ++round) {
            load(docker_archive({lower, layer}, {name}));
            EXPECT_EQ(content(name, 0, "lower"), "lower");
            EXPECT_EQ(content(name, 1, "own"), std::to_string(own));
            remove(name);
        }
    };
    // Unlike a bare thread's, their errors come back to this one.
    std::vector<std::future<void>> workers;
    for (int i = 0; i < 4; ++i)
        workers.push_back(std::async(std::launch::async, work, i));
    for (std::future<void>& worker : workers)
        worker.get();
    EXPECT_TRUE(store_->list().empty());
    EXPECT_EQ(count("layers"), 1U) << "only unfinished/ itself";
    EXPECT_EQ(count("layers/unfinished"), 0U);
    EXPECT_EQ(count("images/incoming"), 0U);
}

TEST_F(StoredImages, LoseTheirDigestsWithTheRepositorysLastTag) {
    load(docker_archive({lower}, {"app:1", "app:2"}));
    const auto digest = image::Reference::parse("app").with_digest(image::digest_of("x"));
    store_->tag("app:1", digest);
    EXPECT_THAT(remove("app:1"), ElementsAre("Untagged: app:1"));
    EXPECT_THAT(store_->get("app:2").repo_digests(), ElementsAre(digest.familiar()));
    EXPECT_THAT(remove("app:2"),
                ElementsAre("Untagged: app:2", "Untagged: " + digest.familiar(),
                            "Deleted: " + image_id({lower}), testing::StartsWith("Deleted: ")));
}

}  // namespace
}  // namespace minidock::test
